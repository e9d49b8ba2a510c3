"""The server: feeds, files and pages over HTTP, to everybody or to those who know a token."""
