"""What the analyst writes: read, checked for personal data and for claims."""
