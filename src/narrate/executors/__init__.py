"""Executors: run calls somewhere, in worker processes or right here."""
