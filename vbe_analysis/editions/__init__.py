"""Editions of the chapter: build, publish, record, verify, purge."""
