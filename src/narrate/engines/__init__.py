"""Engines: one file each, behind the promise in `protocol`."""
