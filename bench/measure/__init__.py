"""Plan a run, do its rounds, and keep what was seen."""
