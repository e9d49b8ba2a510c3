"""narrate turns articles into podcast episodes."""
