"""Books as EPUB 2 and 3: their chapters in order, with notes at their places and without page numbers."""
