"""Files as the offices sent them -> tidy events, answers, coverage and rejects."""
