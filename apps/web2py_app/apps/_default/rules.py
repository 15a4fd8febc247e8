"""The rules of what a client may send. Nothing of a framework here, so that web2py can read them too.

pydal's validators are made for text from forms: they take "5" for 5. The contract's types are strict and its texts are
kept as sent, so the checks are written out here.
"""

import json
from functools import partial

LARGEST_BODY = 65_536
LARGEST_INTEGER = 2**63 - 1
MOST_DIGITS = len(str(LARGEST_INTEGER))


def natural_number(text):
    """The number that ASCII digits write, or None for anything else and for what no database can count to."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        number = int(text)
        return number if number <= LARGEST_INTEGER else None
    return None


def faults(document):
    """What is wrong with a document that should be an item, by field; empty for a good one."""
    if not isinstance(document, dict):
        return {"body": "must be a JSON object"}
    # A missing field is None here, which no rule accepts.
    errors = {name: rule for name, (accepts, rule) in RULES.items() if not accepts(document.get(name))}
    return errors | dict.fromkeys(document.keys() - RULES.keys(), "is not a field of an item")


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


parse = json.JSONDecoder(parse_constant=refuse_constant).decode


def is_text(value, shortest, longest):
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        return False
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False


def is_price(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000_000


def is_flag(value):
    return isinstance(value, bool)


RULES = {
    "name": (
        partial(is_text, shortest=1, longest=100),
        "must be a string of 1 to 100 characters, without U+0000 and lone surrogates",
    ),
    "description": (
        partial(is_text, shortest=0, longest=500),
        "must be a string of 0 to 500 characters, without U+0000 and lone surrogates",
    ),
    "price_cents": (is_price, "must be an integer from 0 to 10000000"),
    "in_stock": (is_flag, "must be true or false"),
}
