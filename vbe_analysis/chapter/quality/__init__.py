"""The quality report of a cycle's files."""
