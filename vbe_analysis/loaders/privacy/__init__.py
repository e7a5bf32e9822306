"""The gate: what of a file may be kept, and what is found of personal data."""
