"""Plans a run, does its rounds, and stores them."""
