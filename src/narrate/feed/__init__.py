"""A show as podcast apps read it: the feed, its check, and the list of all shows."""
