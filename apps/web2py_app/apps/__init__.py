"""The folder of py4web applications, which py4web wants to be a package."""
