"""The load generator, checked: its parts alone, and the whole of it against servers that follow a script."""
