"""What only a fuzzer or an attacker sends: odd or huge numbers, and bodies that are meant to break a parser."""

from urllib.parse import quote

from bench.contract.checks import reading
from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields, spelled
from bench.contract.message import Request
from bench.contract.refused import Refused, expect_refused
from bench.contract.shop import Shop

check = Checks()

_HUGE_IDS = (str(2**63), str(2**64), "-" + "9" * 20, "9" * 20, "9" * 100)
_ODD_NUMBERS = ("%2B1", "+1", "1.0", "1_0", "%201", "1%20", "1e0", "%D9%A1", "%C2%B2", "9" * 20, "9" * 100, str(2**63))
_OTHER_ENCODINGS = (
    spelled(name='"overlong ?"').replace(b"?", b"\xc0\xaf"),
    spelled(name='"surrogate ?"').replace(b"?", b"\xed\xa0\x80"),
    *(spelled(name='"Caf\u00e9"').decode().encode(coding) for coding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
)
_DEEP = 10_000
_BAD_TEXTS = (
    r'"\u0000"',
    r'"nul \u0000 inside"',
    r'"nul at the end\u0000"',
    r'"\ud800"',
    r'"low \udc00"',
    r'"high \ud83c, no low"',
    r'"\udfaa\ud83c the wrong way round"',
    r'"\ud83c\ud83c\udfaa"',
)


@check("long-path")
def long_paths_take_no_time(shop: Shop) -> None:
    for path in ("/x" * 30_000, "/items" * 10_000, f"/items/{'x' * 60_000}", f"/catalog{'/' * 60_000}"):
        for request in (Request("GET", path), Request("POST", path, encode(fields()))):
            exchange = shop.exchange([shop.on_the_wire(request)], request)
            if [answer.status for answer in exchange.answers] not in ([400], [404], [405], [414], [431]):
                shop.note(request, "404, or 400, 414 or 431", exchange.summary())


@check("huge-id")
def ids_beyond_the_integers_are_not_found(shop: Shop) -> None:
    item = shop.create(name="Not far away")
    # What wraps at 32 or 64 bits, or reads so many digits alone, finds the item.
    wrapping = (str(2**64 + item.id), str(item.id * 2**64 + item.id), f"{item.id}{'0' * 40}")
    reading.expect_missing(shop, (*_HUGE_IDS, *wrapping, *_HUGE_IDS))
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())


@check("number-spelling")
def other_spellings_of_numbers_are_refused(shop: Shop) -> None:
    item = shop.create(name="So that page 1 has an item")
    for number in _ODD_NUMBERS:
        shop.expect_refusal(shop.ask("GET", f"/items?offset={number}&limit=1"), {"offset"})
        shop.expect_refusal(shop.ask("GET", f"/items?limit={number}"), {"limit"})
        shop.expect_status(shop.ask("GET", f"/catalog?page={number}"), 404)
    shop.expect_status(shop.ask("GET", f"/catalog?page={2**64 + 1}"), 404)
    digits = "".join(chr(0x660 + int(digit)) for digit in str(item.id))
    spellings = ("%2B{}", "%20{}", "{}%20", "{}.0", "{}e0", "0_{}")
    reading.expect_missing(shop, (*(spelling.format(item.id) for spelling in spellings), quote(digits)))


@check("body-encoding")
def other_encodings_are_refused(shop: Shop) -> None:
    expect_refused(shop, [Refused(body, (400,)) for body in _OTHER_ENCODINGS])


@check("body-nesting")
def deep_bodies_are_refused(shop: Shop) -> None:
    deep = "[" * _DEEP + "]" * _DEEP
    long = "1" * 5000
    bodies = (
        *(deep.encode(), spelled(name=deep), spelled(id=deep)),
        *(spelled(price_cents=long), spelled(price_cents=f"-{long}"), spelled(id=long), f"[{long}]".encode()),
    )
    expect_refused(shop, [Refused(body, (400, 422)) for body in bodies])


@check("field-text")
def texts_are_characters(shop: Shop) -> None:
    cases = [Refused(spelled(**{name: text}), names={name}) for name in ("name", "description") for text in _BAD_TEXTS]
    # A field's name that cannot be written back as UTF-8 need not be named, but it must not break the server.
    expect_refused(shop, [*cases, Refused(spelled(**{r"\ud800": "1"}))])
