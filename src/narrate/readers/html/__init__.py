"""Web pages: the article found on the page, its structure kept, and what the page says of it."""
