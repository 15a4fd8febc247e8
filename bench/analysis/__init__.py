"""Derives estimates, comparisons, checks, changes and history from the rounds of runs. Pure."""
