"""Numbers as they are written in paths and query strings."""

_LARGEST = 2**63 - 1
_DIGITS = len(str(_LARGEST))


def natural_number(text):
    """The number that `text` writes in ASCII digits, or None if it does not, or not one that a column can hold.

    `int` alone would take "+1", "1_0" and Arabic digits too.
    """
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if number <= _LARGEST else None
