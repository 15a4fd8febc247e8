"""The workflows: thin lines over make, pinned, with no more leave than they need, and nothing in them that dangles.

`make lint` holds them against GitHub's schema and audits them; here stand this project's own rules.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.measure.profiles import PROFILES
from bench.workspace import ROOT

FOLDER = ROOT / ".github" / "workflows"
PATHS = sorted(FOLDER.glob("*"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
MAKE = re.compile(r"""make ([a-z-]+)( [A-Z]+=([\w^.-]+|"[\w $%./'-]+"))*""")
"""One call of make, with variables from the environment and nothing that would start a second command."""
MAY_WRITE = {
    ("benchmark", "publish"): {"pages", "id-token"},
    ("comment", "comment"): {"pull-requests"},
}

every_workflow = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    workflow: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    workflow["on"] = workflow.pop(True)  # YAML 1.1 takes the word for a boolean
    return workflow


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def targets() -> set[str]:
    """What the Makefile can make."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_there_are_these() -> None:
    assert [path.name for path in PATHS] == ["benchmark.yml", "checks.yml", "comment.yml", "compare.yml"]
    assert all(read(path)["name"] == path.stem for path in PATHS)


@every_workflow
def test_actions_are_pinned_by_commit_with_their_tag(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert len(used) == sum("uses" in step for step in steps(path))
    for action in used:
        assert PINNED.fullmatch(action), action


def test_an_action_has_one_version_everywhere() -> None:
    used = {action for path in PATHS for action in re.findall(r"uses: (.*)", path.read_text("utf-8"))}
    assert len({action.partition("@")[0] for action in used}) == len(used)


@every_workflow
def test_they_call_make_and_nothing_else(path: Path) -> None:
    for step in steps(path):
        if "run" in step:
            assert MAKE.fullmatch(step["run"]), step["run"]


@every_workflow
def test_the_makefile_has_what_they_call(path: Path) -> None:
    called = {match[1] for step in steps(path) if (match := MAKE.fullmatch(step.get("run", "")))}
    missing = called - targets()
    assert not missing, f"{path.name} calls what the Makefile does not have: make {', make '.join(sorted(missing))}"


@every_workflow
def test_nothing_foreign_gets_into_a_command_or_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "") + step.get("with", {}).get("script", "")


@every_workflow
def test_leave_is_given_by_the_job_and_no_more_than_needed(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        writes = {what for what, leave in job["permissions"].items() if leave != "read"}
        assert writes == MAY_WRITE.get((path.stem, name), set())


@every_workflow
def test_nothing_waits_for_ever_or_in_two_places_at_once(path: Path) -> None:
    workflow = read(path)
    assert workflow["concurrency"]["group"].startswith(path.stem)
    assert all(0 < job["timeout-minutes"] <= 240 for job in workflow["jobs"].values())


@every_workflow
def test_a_checkout_leaves_no_credentials_behind(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@every_workflow
def test_what_may_write_never_has_foreign_code(path: Path) -> None:
    workflow = read(path)
    assert "pull_request_target" not in workflow["on"]
    if "workflow_run" in workflow["on"]:
        assert not [step for step in steps(path) if "run" in step or "checkout" in step.get("uses", "")]


@every_workflow
def test_expressions_name_what_exists(path: Path) -> None:
    workflow = read(path)
    for job in workflow["jobs"].values():
        known = {step["id"] for step in job["steps"] if "id" in step}
        assert set(re.findall(r"\bsteps\.(\w+)", str(job))) <= known
        needed = {job["needs"]} if "needs" in job else set()
        assert set(re.findall(r"\bneeds\.(\w+)", str(job))) <= needed <= set(workflow["jobs"])
        for name in needed:
            outputs = set(re.findall(rf"\bneeds\.{name}\.outputs\.(\w+)", str(job)))
            assert outputs <= set(workflow["jobs"][name]["outputs"])


def test_workflows_that_follow_others_name_them() -> None:
    names = {path.stem for path in PATHS}
    for path in PATHS:
        assert set(read(path)["on"].get("workflow_run", {}).get("workflows", ())) <= names


def test_what_one_stores_is_what_the_other_takes() -> None:
    (stored,) = [step["with"] for step in steps(FOLDER / "compare.yml") if "upload-artifact" in step.get("uses", "")]
    (taken,) = [step["with"] for step in steps(FOLDER / "comment.yml") if "download-artifact" in step.get("uses", "")]
    assert stored["name"] == taken["pattern"]
    (script,) = [step for step in steps(FOLDER / "comment.yml") if "script" in step["with"]]
    assert script["env"]["FILE"] == f"{taken['path']}/{Path(stored['path']).name}"


def test_profiles_on_offer_exist() -> None:
    offered = read(FOLDER / "benchmark.yml")["on"]["workflow_dispatch"]["inputs"]["profile"]
    assert set(offered["options"]) <= set(PROFILES)
    assert offered["default"] in offered["options"]


def test_checks_are_those_of_continuous_integration_whose_machine_has_one_python_a_job_and_no_root() -> None:
    here = re.findall(r"make [a-z-]+", (ROOT / ".ci" / "run").read_text("utf-8"))
    there = [step["run"] for step in read(FOLDER / "checks.yml")["jobs"]["checks"]["steps"] if "run" in step]
    assert [*there, "make test-namespaces", "make test-pythons"] == here


@pytest.mark.parametrize("arguments", [["--help"], ["chromium", "no-such-program"]])
def test_a_program_that_cannot_be_installed_is_named_before_anything_is(arguments: list[str]) -> None:
    done = subprocess.run([ROOT / ".ci" / "programs", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"programs: (--help|no-such-program) is none of [a-z ]+\.\n", done.stderr)
