"""The command line, `vbe ...`."""
