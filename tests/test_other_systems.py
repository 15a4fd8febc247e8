"""From set-up to report without what only Linux has, so that macOS is not the first system to try that.

Nor are there more than 256 open files, or other programs than git.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.store import storage
from bench.workspace import ROOT

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_a_run_without_linux_goes_to_its_report_and_says_what_it_could_not_do(tmp_path: Path) -> None:
    results, python, programs = tmp_path / "results", tmp_path / "python", tmp_path / "bin"
    python.write_text(f'#!/bin/sh\nulimit -S -n 256\nexec "{sys.executable}" "{ROOT}/tests/without_linux.py" "$@"\n')
    python.chmod(0o755)
    programs.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    folders = {
        "FAIRGROUND_RESULTS": str(results),
        "FAIRGROUND_STATE": str(tmp_path / "state"),
        "FAIRGROUND_LOCK": f"{tmp_path}/lock",
        "WITHOUT_LINUX": str(python),
        "PATH": str(programs),
    }
    for command in (
        ("setup", "wsgi"),
        ("run", "--profile", "smoke", "--apps", "wsgi", "--workloads", "read-item", "--rounds", "1"),
    ):
        done = subprocess.run(
            [python, "-m", "bench", *command],
            cwd=ROOT,
            env=os.environ | folders,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    run = storage.load(results / "latest")
    assert (run.run.status, run.failures, run.environment.pinning) == ("complete", (), "none")
    (placement,) = (check for check in run.checks if check.id == "placement")
    assert (placement.status, placement.detail) == ("warn", "this system does not pin processes to CPUs")
    assert {one.metric for one in run.measurements} >= {"throughput_rps", "cpu_us_per_request", "memory_peak_bytes"}
    assert {check.id for check in run.checks}.isdisjoint({"quiet-host", "quota"}), "what was not seen is not judged"
    assert placement.detail in (results / "latest" / "report.md").read_text("utf-8")
