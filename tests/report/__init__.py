"""The report's faces, drawn from runs made by hand."""
