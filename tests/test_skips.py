"""A skipped test fails under continuous integration, and says why; elsewhere it is skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import skips
from tests.here import HERE

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="needs a thing")
def test_marked(): ...

def test_found_out(): pytest.skip("needs a thing")

@pytest.mark.skipif(True, reason={allowed!r})
def test_allowed(): ...
"""


@pytest.mark.parametrize(("ci", "counts"), [("true", "1 skipped, 1 failed, 1 error"), ("", "3 skipped")])
def test_what_is_skipped_fails_where_nobody_reads_it(ci: str, counts: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    (tmp_path / "test_it.py").write_text(TESTS.format(allowed=next(iter(skips.ALLOWED))))
    environ = os.environ | {"CI": ci, "PYTHONPATH": str(HERE.root)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--rootdir",
        str(tmp_path),
        "-p",
        "no:cacheprovider",
        str(tmp_path),
    ]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    for count in counts.split(", "):
        assert count in done.stdout, done.stdout
    assert ("Skipped under continuous integration (needs a thing)" in done.stdout) == (ci == "true")
