"""Fetching from the web, safe by default: what may be asked, whom it may reach, and how much of it."""
