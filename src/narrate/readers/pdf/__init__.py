"""The reader of PDFs: what is drawn on pages, put back into paragraphs."""
