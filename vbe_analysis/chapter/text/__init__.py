"""The chapter's sentences."""
