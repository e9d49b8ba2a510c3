"""Readers: one file a format, behind the promise in `protocol`."""
