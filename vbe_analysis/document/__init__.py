"""A document of text, tables and figures, and its writers: HTML, PDF, Word, Excel. Knows nothing of extremism."""
