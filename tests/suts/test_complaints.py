"""What uv says where it cannot install: the reason on one line, and whether a newer Python would do."""

import pytest

from bench.suts import complaints
from bench.suts.complaints import TooOld

TOO_OLD = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because the current Python version (3.11.7) does not satisfy
      Python>=3.12 and django==6.0 depends on Python>=3.12, we can conclude
      that django==6.0 cannot be used.
"""
CONFLICT = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because you require flask==3.1.3 and flask==2.0, we can conclude that
      your requirements are unsatisfiable.
"""


def test_a_reason_is_one_line_without_what_is_drawn_around_it() -> None:
    assert complaints.reason(CONFLICT) == (
        "No solution found when resolving dependencies: Because you require flask==3.1.3 and flask==2.0, we can "
        "conclude that your requirements are unsatisfiable."
    )


@pytest.mark.parametrize("said", ["", "  \n\n"])
def test_where_none_is_given_that_is_said(said: str) -> None:
    assert complaints.reason(said) == "no reason given"


def test_a_python_that_is_too_old_is_seen_and_nothing_else_taken_for_it() -> None:
    assert complaints.too_old(complaints.reason(TOO_OLD)) == TooOld("django==6.0", least="3.12", python="3.11.7")
    assert complaints.too_old(complaints.reason(CONFLICT)) is None
