"""The cleaner: leaves out what is not the story, and says why for every line."""
