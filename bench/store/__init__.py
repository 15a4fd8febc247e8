"""The stored run: its schema, saving, loading and migrating it, and the list of runs."""
