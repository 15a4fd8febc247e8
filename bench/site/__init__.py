"""The history as a site: all stored runs, each with its report, and what they say together. Nothing here measures."""
