"""Numbers in paths and query strings, and the stretch of the table that a list shows."""

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.response import Response

LARGEST_INTEGER = 2**63 - 1
MOST_DIGITS = len(str(LARGEST_INTEGER))


def natural_number(text):
    """The number that ASCII digits write, or None for other text and for what no database can count to."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        number = int(text)
        return number if number <= LARGEST_INTEGER else None
    return None


class ItemIdConverter:
    """A row's id in a path. Django's own `int` takes any number of digits, and so a row under many names."""

    regex = f"[0-9]{{1,{MOST_DIGITS}}}"

    def to_python(self, text):
        return int(text)

    def to_url(self, item_id):
        return str(item_id)


class ItemPagination(LimitOffsetPagination):
    """The framework's own takes a default for what it cannot read, and here that is refused."""

    def paginate_queryset(self, queryset, request, view=None):
        self.offset = natural_number(request.query_params.get("offset", "0"))
        self.limit = natural_number(request.query_params.get("limit", "20"))
        errors = {}
        if self.offset is None:
            errors["offset"] = f"must be an integer from 0 to {LARGEST_INTEGER}"
        if self.limit is None or not 1 <= self.limit <= 100:
            errors["limit"] = "must be an integer from 1 to 100"
        if errors:
            raise ValidationError(errors)
        self.count = self.get_count(queryset)
        return list(queryset[self.offset : self.offset + self.limit])

    def get_paginated_response(self, data):
        return Response({"items": data, "total": self.count})
