"""Counts, comparable ground, comparison and trends; every count is an interval [low, high]."""
