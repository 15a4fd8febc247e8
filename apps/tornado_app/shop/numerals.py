"""Numbers as they are written in paths, query strings and pages."""

_LARGEST = 2**63 - 1
_DIGITS = len(str(_LARGEST))


def natural_number(text):
    """The number that `text` writes in ASCII digits, or None if it does not, or not one that a column can hold.

    `int` alone would take "+1", "1_0" and Arabic digits too.
    """
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS and (number := int(text)) <= _LARGEST:
        return number
    return None


def price(cents):
    """Cents as hundredths: 1234 is 12.34."""
    return f"{cents // 100}.{cents % 100:02}"
