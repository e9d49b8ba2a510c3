"""Square pictures for shows and episodes, drawn or fitted with Pillow; import it only where a picture is needed."""

from narrate.artwork.cover import draw_cover
from narrate.artwork.pictures import check_artwork, fit_cover

__all__ = ["check_artwork", "draw_cover", "fit_cover"]
