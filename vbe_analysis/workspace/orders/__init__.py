"""What the offices are asked for: a letter to each source, and a blank for one that has no form of the city's own."""
