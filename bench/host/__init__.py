"""One machine: its processes, its scratch folders, its facts."""
