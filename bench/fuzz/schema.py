"""Schemathesis draws requests from `openapi.yaml`, one by one and in sequences, and holds the answers against it."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from subprocess import TimeoutExpired

from bench.contract import operations
from bench.errors import SetupError
from bench.fuzz.finding import Finding, Fuzzed, Step
from bench.fuzz.premises import Premises
from bench.host import variables
from bench.host.protocol import Host
from bench.model import Sut
from bench.workspace import ROOT

_EXAMPLE_REQUESTS = 11
"""So many requests come of each example that is asked of each operation, as they were counted with 100 of them."""
_FAILURES = re.compile(r"^=+ (?:FAILURES|ERRORS) =+\n(.*?)^=+ SUMMARY =+$", re.MULTILINE | re.DOTALL)
_ANSWER_WITHIN_S = 10.0
_EXAMPLE_WITHIN_S = 10.0
_FOUND = 1
"""Its exit code where it has found something, beside 0 for nothing."""
_HOOKS = "bench.fuzz.inside_schemathesis"


def require() -> None:
    """Raise SetupError where Schemathesis is not installed."""
    if find_spec("schemathesis") is None:
        raise SetupError("Schemathesis is not installed here; `make fuzz` installs it, with what else tests need.")


def hold(suts: Sequence[Sut], premises: Premises, *, document: Path, seed: int, requests: int, step: Step) -> Fuzzed:
    """Have Schemathesis send about so many requests to each SUT, drawn from `seed` by `document`.

    Raises SetupError where it is not installed or fails by itself, and ServerError where a server does not come up or
    dies.
    """
    require()
    findings: list[Finding] = []
    fewest = requests
    for number, sut in enumerate(suts):
        step(number / len(suts), sut.id)
        with premises.served(sut) as (server, _):
            examples = max(requests // _EXAMPLE_REQUESTS, 1)
            sent, failures = run(
                server.url,
                sut.id,
                premises.host,
                premises.folder,
                document,
                seed,
                examples=examples,
                without=(*operations.left_out(sut.app.groups), *operations.WAITING),
            )
            server.check_alive()
        fewest = min(fewest, sent) if number else sent
        if failures:
            findings.append(
                Finding(f"{sut.id}: an answer that openapi.yaml does not have", tuple(failures.splitlines()))
            )
    return Fuzzed(fewest, tuple(findings))


def run(
    url: str,
    name: str,
    host: Host,
    folder: Path,
    document: Path,
    seed: int,
    *,
    examples: int,
    without: Iterable[str] = (),
) -> tuple[int, str]:
    """How many requests it sent to the SUT called `name`, none of them of the operations `without`, and its own words
    on what it found.

    Raises SetupError where it fails by itself.
    """
    report = folder / "schemathesis.json"
    command: list[str | Path] = [
        *(sys.executable, "-m", "schemathesis.cli", "run", document, "--url", url, "--seed", str(seed)),
        *("--max-examples", str(examples), "--continue-on-failure", "--checks", "all", "--no-color"),
        *(word for operation in without for word in ("--exclude-operation-id", operation)),
        *("--generation-allow-x00", "false"),  # JSON Schema cannot say that the contract refuses it
        *("--request-timeout", f"{_ANSWER_WITHIN_S:g}", "--generation-database", "none", "--warnings", "off"),
        *("--report", "json", "--report-json-path", report),
    ]
    environment = variables.kept() | {"SCHEMATHESIS_HOOKS": _HOOKS, "PYTHONPATH": str(ROOT)}
    try:
        done = host.run(command, examples * _EXAMPLE_WITHIN_S + 60, cwd=folder, env=environment)
    except TimeoutExpired as late:
        raise SetupError(f"Schemathesis had not finished with {name} after {late.timeout:.0f} s.") from late
    if done.returncode not in (0, _FOUND) or not report.is_file():
        last = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise SetupError("\n".join([f"Schemathesis failed with {done.returncode}.", *last]))
    said = _FAILURES.search(done.stdout)
    failures = (said[1] if said else done.stdout).strip() if done.returncode else ""
    return int(json.loads(report.read_text("utf-8"))["test_cases"]["generated"]), failures
