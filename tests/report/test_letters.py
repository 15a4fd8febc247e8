"""How much room words take."""

import pytest

from bench.report import letters


def test_digits_are_alike_and_letters_are_not() -> None:
    assert letters.width("0123456789", 10) == pytest.approx(56)
    assert letters.width("ill", 10) < letters.width("mm", 10)
    assert letters.width("日本", 10) == 20


@pytest.mark.parametrize(
    ("text", "pixels"),
    [
        ("web2py (py4web engine) 1.20260805.0", 1751),
        ("0.246x [0.241-0.251]", 917),
        ("Bare WSGI 3.11.7", 811),
        ("the quick brown fox jumps over the lazy dog", 1945),
        ("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG", 2624),
    ],
)
def test_words_are_as_wide_as_a_browser_draws_them_in_liberation_sans(text: str, pixels: float) -> None:
    assert letters.width(text, 100) == pytest.approx(pixels, rel=0.02)


def test_what_there_is_room_for_stays_as_it_is() -> None:
    assert letters.cut("Flask 3.1.3", 12, letters.width("Flask 3.1.3", 12)) == "Flask 3.1.3"


@pytest.mark.parametrize(
    "text", ["web2py (py4web engine) 1.2026", "i" * 400, "日本語" * 20, "a b c d e f g h i j k l m n"]
)
@pytest.mark.parametrize("room", [20.0, 51.0, 90.0])
def test_as_much_as_there_is_room_for(text: str, room: float) -> None:
    kept = letters.cut(text, 12, room)
    assert kept.endswith("…")
    assert text.startswith(kept[:-1])
    assert letters.width(kept, 12) <= room
    assert letters.width(text[: len(kept) + 1] + "…", 12) > room, "one letter more would not fit"


def test_where_there_is_no_room_at_all_a_name_still_leaves_a_sign() -> None:
    assert letters.cut("Flask", 12, 0) == letters.cut("Flask", 12, -50) == "…"
