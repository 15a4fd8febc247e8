"""The ASGI callable of this variant."""

import os

import django
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from shop.problems import problem_response

os.environ["DJANGO_SETTINGS_MODULE"] = "variants.async_views.settings"


class Utf8Request(ASGIRequest):
    @property
    def encoding(self):
        """None, which stands for UTF-8, as in the app on WSGI."""

    @encoding.setter
    def encoding(self, charset):
        pass


class BodyCutOff(Exception):
    """The client went away before it had sent all of the body."""


class Handler(ASGIHandler):
    request_class = Utf8Request

    async def read_body(self, receive):
        try:
            return await super().read_body(receive)
        except RequestAborted as aborted:
            raise BodyCutOff from aborted

    async def handle(self, scope, receive, send):
        """Answer whoever cut a body off too: Django says nothing then, which Granian takes for a fault of the app."""
        try:
            await super().handle(scope, receive, send)
        except BodyCutOff:
            await self.send_response(problem_response(400), send)


django.setup(set_prefix=False)
application = Handler()
