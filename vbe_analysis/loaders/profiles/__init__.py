"""Layouts as data: the profiles' schema, reading them, drafting one for an unknown file."""
