"""A skipped test fails under continuous integration, and says why; elsewhere it is skipped."""

import pytest

from tests import skips

pytest_plugins = "pytester"

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="needs a thing")
def test_marked(): ...

def test_found_out(): pytest.skip("needs a thing")

@pytest.mark.skipif(True, reason={allowed!r})
def test_allowed(): ...
"""


@pytest.mark.parametrize(("ci", "counts"), [("true", {"skipped": 1, "failed": 1, "errors": 1}), ("", {"skipped": 3})])
def test_what_is_skipped_fails_where_nobody_reads_it(
    ci: str, counts: dict[str, int], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest("from tests.conftest import pytest_runtest_makereport\n")
    pytester.makepyfile(TESTS.format(allowed=next(iter(skips.ALLOWED))))
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    done.assert_outcomes(**counts)
    assert ("Skipped under continuous integration (needs a thing)" in done.stdout.str()) == (ci == "true")
