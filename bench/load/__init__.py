"""The load generator: processes of their own, and the only place that imports Locust.

`client`, `joining` and `team` are the side of whoever starts them, and import neither Locust nor gevent; all else here
runs in the generators.
"""
