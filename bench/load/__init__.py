"""The load generator: a process of its own, and the only place that imports Locust.

`client` is the side of the parent and imports neither Locust nor gevent; all else here runs in the generator.
"""
