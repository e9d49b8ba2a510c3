"""The pages of shows and episodes: written on the server's side, complete without scripts."""
