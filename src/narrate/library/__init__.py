"""The library: shows and their episodes, in a database and in plain folders."""
