"""Numbers as they are written in paths, query strings and pages."""

from werkzeug.routing import BaseConverter

_LARGEST = 2**63 - 1
_DIGITS = len(str(_LARGEST))


def natural_number(text):
    """The number that `text` writes in ASCII digits, or None if it does not, or not one that a column can hold.

    `int` alone would take "+1", "1_0" and Arabic digits too.
    """
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS and (number := int(text)) <= _LARGEST:
        return number
    return None


class ItemIdConverter(BaseConverter):
    """A row's id, or None for what can be none: the view then finds no row, whatever the method.

    Flask's own `int` takes the digits of every script, and fails on thousands of them.
    """

    def to_python(self, value):
        return natural_number(value)


def price(cents):
    """Cents as hundredths: 1234 is 12.34."""
    return f"{cents // 100}.{cents % 100:02}"
