"""How databases of older libraries become those of today: run by `library.database`."""
