"""The report: one view of a stored run, many faces. Nothing here measures."""
