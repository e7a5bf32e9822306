"""The chapter's tables."""
