"""The 10,000 rows that every app starts from: the same everywhere, from a fixed seed."""

import random
from functools import cache

from bench.model import Item

ROWS = 10_000
SEED = 20_261_122

_ADJECTIVES = ("Blue", "Quiet", "Folding", "Brass", "Heavy", "Striped", "Northern", "Hollow", "Amber", "Woollen")
_NOUNS = ("lamp", "kettle", "ladder", "compass", "blanket", "whistle", "drawer", "anchor", "mirror", "spoon")
_WORDS = (
    "made", "for", "long", "winters", "and", "short", "evenings", "with", "a", "handle", "of", "oak",
    "it", "folds", "flat", "under", "the", "stairs", "never", "rusts", "keeps", "its", "colour", "in", "rain",
)  # fmt: skip
_ELSEWHERE = (
    "Crème brûlée", "Žluťoučký kůň", "Smørrebrød", "Straße №5", "Ελληνικός καφές", "Самовар тульский",
    "مصباح أزرق", "שעון קיר", "青いランプ", "折叠梯子", "푸른 등불", "दीपक", "🎪 tent", "👩‍🚀 suit", "naïve café",
)  # fmt: skip
_HOSTILE = (
    '<script>alert("x")</script>', "<b>bold</b> & 'quoted'", "</td></tr></table>", "{{ 7*7 }} {% raw %}",
    "[[=1]] ${2} %(3)s", "Robert'); DROP TABLE item;--", "100 % wool\\cotton", "&lt;already&gt; &amp;",
    '"double" and \'single\'', "<!-- comment -->", "=1+1", "a\\u0041\\n",
)  # fmt: skip


@cache
def items() -> tuple[Item, ...]:
    """All rows by id, 1 to `ROWS`."""
    rng = random.Random(SEED)
    return tuple(_item(rng, number) for number in range(1, ROWS + 1))


def stocked(item_id: int) -> Item:
    """A row laid in beyond those of the seed, to be used up."""
    return Item(item_id, f"Stock {item_id}", "A row to be deleted.", 100, True)


def _item(rng: random.Random, number: int) -> Item:
    return Item(
        id=number,
        name=_name(rng, number),
        description=_description(rng, number),
        price_cents=rng.choice((0, 1, 5, 10_000_000)) if number % 100 == 0 else rng.randint(50, 99_999),
        in_stock=rng.random() < 0.8,
    )


def _name(rng: random.Random, number: int) -> str:
    if number % 20 == 7:
        return rng.choice(_HOSTILE)
    if number % 20 in (3, 13):
        return f"{rng.choice(_ELSEWHERE)} {number}"
    return f"{rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} {number}"


def _description(rng: random.Random, number: int) -> str:
    if number % 20 == 9:
        return ""
    if number % 500 == 11:
        return ("longest é" * 60)[:500]
    if number % 20 == 17:
        return f"{rng.choice(_HOSTILE)} {rng.choice(_ELSEWHERE)}"
    return " ".join(rng.choice(_WORDS) for _ in range(rng.randint(4, 30))).capitalize() + "."
