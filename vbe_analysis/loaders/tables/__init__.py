"""A raw table through its profile -> reports or answers, and an outcome for every row."""
