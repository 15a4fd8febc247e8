"""The bodies of requests: JSON in UTF-8, and whole."""

import json

from django.urls import register_converter
from ninja.parser import Parser

from shop.problems import problem_response

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152


class WholeUTF8Parser(Parser):
    def parse_body(self, request):
        if len(request.body) < int(request.META["CONTENT_LENGTH"]):
            raise ValueError("the client went away before it had sent all of it")
        return json.loads(request.body.decode())


def json_up_to(largest):
    """A decorator of views that take JSON of at most so many bytes: the limit of Django's settings holds for all."""

    def decorate(view):
        def checked(request, *args, **kwargs):
            if request.content_type != "application/json":
                return problem_response(415)
            if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
                return problem_response(413)
            return view(request, *args, **kwargs)

        return checked

    return decorate


class ItemIdConverter:
    """A row's id in a path. Django's own `int` takes any number of digits, and so a row under many names."""

    regex = "[0-9]{1,19}"

    def to_python(self, text):
        return int(text)

    def to_url(self, item_id):
        return str(item_id)


register_converter(ItemIdConverter, "item_id")
