"""A crawler of the catalogue: every page, every item."""
