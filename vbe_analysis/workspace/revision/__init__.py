"""The year's revision of the plan: its log, and where in the year one is."""
