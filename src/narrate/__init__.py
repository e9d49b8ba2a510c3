"""narrate turns articles into podcast episodes.

    import narrate

    article = narrate.read("story.md")
    story = narrate.clean(article)
    script = narrate.write_script(story.article, language="en")
    episode = narrate.make("story.md", "story.mp3", voice="hibari:heart")

Nothing heavy is loaded before it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrate.pipeline import make as make
    from narrate.segmenter.segment import write_script as write_script
    from narrate.stories import clean_article as clean
    from narrate.stories import read as read

HOMES = {
    "read": ("narrate.stories", "read"),
    "make": ("narrate.pipeline", "make"),
    "clean": ("narrate.stories", "clean_article"),
    "write_script": ("narrate.segmenter.segment", "write_script"),
}

__all__ = ["clean", "make", "read", "write_script"]


def __getattr__(name: str) -> Any:
    if name in HOMES:
        module, inside = HOMES[name]
        return getattr(import_module(module), inside)
    raise AttributeError(f"module 'narrate' has no attribute {name!r}")
