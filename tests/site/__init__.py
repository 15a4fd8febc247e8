"""The site of all runs, built from histories made by hand."""
