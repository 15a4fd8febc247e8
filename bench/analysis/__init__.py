"""From the rounds of a run to what can be said about it. Pure."""
