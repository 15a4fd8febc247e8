"""Scrapy: a crawl of the whole catalogue, as a search engine would do it.

`inside/` is a Scrapy project that runs in an environment of its own and imports nothing of ours; the rest starts it,
has it take turns, and judges what it brought home.
"""
