"""A finished plan held against the chapter."""
