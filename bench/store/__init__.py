"""The stored run: its schema, how it is saved, loaded and migrated, and which runs there are."""
