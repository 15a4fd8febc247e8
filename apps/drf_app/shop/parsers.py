"""The bodies of requests: whole, of JSON, and not too large."""

import io

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser

from shop.problems import TooLarge

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152


class WholeJSONParser(JSONParser):
    largest = LARGEST_BODY

    def parse(self, stream, media_type=None, parser_context=None):
        length = int(parser_context["request"].META["CONTENT_LENGTH"])
        if length > self.largest:
            raise TooLarge
        body = stream.read(length)
        if len(body) < length:  # the client went away before it had sent all of it
            raise ParseError
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError:
            raise ParseError from None


class PriceListParser(WholeJSONParser):
    largest = LARGEST_LIST


class IgnoreClientContentNegotiation(BaseContentNegotiation):
    """As the framework's documentation has it: whatever a client accepts, it gets JSON."""

    def select_parser(self, request, parsers):
        """Here of no body too, which the framework takes for an empty form without looking at its type."""
        if request.content_type.partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMediaType(request.content_type)
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return (renderers[0], renderers[0].media_type)
