"""From set-up to report without what only Linux has, which macOS is then not the first to try."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.store import storage
from bench.workspace import ROOT
from tests.here import HERE

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_a_run_without_linux_goes_to_its_report_and_says_what_it_could_not_do(tmp_path: Path) -> None:
    results, python = tmp_path / "results", tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/tests/without_linux.py" "$@"\n')
    python.chmod(0o755)
    folders = {
        "FAIRGROUND_RESULTS": str(results),
        "FAIRGROUND_STATE": str(HERE.state),
        "FAIRGROUND_LOCK": f"{tmp_path}/lock",
    }
    chosen = ("--profile", "smoke", "--apps", "wsgi", "--workloads", "json", "--rounds", "1")
    done = subprocess.run(
        [python, "-m", "bench", "run", *chosen],
        cwd=ROOT,
        env=os.environ | folders | {"WITHOUT_LINUX": str(python)},
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
    assert placement.detail in (results / "latest" / "report.md").read_text("utf-8")
