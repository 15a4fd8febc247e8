"""The WSGI callable that servers are pointed at."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Utf8Request(WSGIRequest):
    @property
    def encoding(self):
        """None, which stands for UTF-8: Django would decode the query by the charset of the body, and fail on some."""

    @encoding.setter
    def encoding(self, charset):
        pass


class Handler(WSGIHandler):
    request_class = Utf8Request


django.setup(set_prefix=False)
application = Handler()
