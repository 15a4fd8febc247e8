"""Requests drawn by lot, to find what no list of cases has: four ways of asking, each with its own eye for a fault.

`comparing` tells apps apart, `schema` holds answers against `openapi.yaml`, `raw` sends what is no HTTP, and `growth`
looks at the server's memory. `campaign` goes all of them, one after the other.
"""
