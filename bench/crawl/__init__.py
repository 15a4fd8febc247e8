"""Scrapy: a crawl of the whole catalogue, as a search engine would do it.

`inside/` is a Scrapy project that runs in an environment of its own and imports nothing of the suite; the rest starts
it, gives it turns, and checks its feeds.
"""
