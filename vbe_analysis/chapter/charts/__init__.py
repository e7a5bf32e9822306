"""The chapter's charts and the board's."""
