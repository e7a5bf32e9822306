"""Texts that somebody wrote: the analyst's own and the finished plan, checked for claims and personal data."""
