"""Numbers and foreign text as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.words import counted, duration, listing, one_line, percent, printable, seconds, si


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.0123, "0.0123"),
        (1.0, "1"),
        (9.314, "9.31"),
        (99.94, "99.9"),
        (99.96, "100"),
        (845.2, "845"),
        (999.4, "999"),
        (999.6, "1,000"),
        (12_345.0, "12,300"),
        (12_350.1, "12,400"),
        (1_234_567, "1,230,000"),
    ],
)
def test_three_digits_say_enough(value: float, expected: str) -> None:
    assert si(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0 µs"),
        (0.000_012_34, "12.3 µs"),
        (0.000_999_4, "999 µs"),
        (0.000_999_6, "1 ms"),
        (0.001, "1 ms"),
        (0.0254, "25.4 ms"),
        (0.9996, "1 s"),
        (12.0, "12 s"),
    ],
)
def test_a_time_has_the_unit_that_suits_it(value: float, expected: str) -> None:
    assert seconds(value) == expected


@given(st.floats(1e-5, 1e7))
def test_what_is_told_is_within_half_a_percent(value: float) -> None:
    assert float(si(value).replace(",", "")) == pytest.approx(value, rel=0.005)


def test_shares_durations_lists_and_counts() -> None:
    assert [percent(share) for share in (0, 0.0123, 1.5)] == ["0.0%", "1.2%", "150.0%"]
    assert [duration(value) for value in (0, 59.6, 187, 3599.7, 3787)] == ["0:00", "1:00", "3:07", "1:00:00", "1:03:07"]
    assert [listing(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert [counted(number, "round") for number in (0, 1, 2, 1000)] == [
        "0 rounds",
        "1 round",
        "2 rounds",
        "1,000 rounds",
    ]


@given(st.text())
def test_what_is_printed_drives_no_terminal(text: str) -> None:
    assert printable(text).replace("\n", "").isprintable()
    assert len(printable(text)) == len(text)
    assert one_line(text).isprintable()
    assert one_line(text) == one_line(one_line(text)) == one_line(text).strip()


def test_what_can_be_read_stays() -> None:
    assert printable("Größe\n  日本語 👩\x1b[31m\r\u202e") == "Größe\n  日本語 👩 [31m  "
    assert one_line("  a\n\n b\t\x00c ") == "a b c"
