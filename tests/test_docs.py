"""The documents: their links lead somewhere, and what they tell a reader to type exists."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.workspace import ROOT
from tests.commands import Command

README = ROOT / "README.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
DOCUMENTS = (
    *(README, ROOT / "METHODOLOGY.md", ROOT / "CONTRIBUTING.md", ROOT / "apps" / "SPEC.md"),
    *sorted((ROOT / "docs").glob("*.md")),
)
README_LINES = 100

_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_RECIPE = re.compile(r"^([a-z0-9-]+):[^\n]*\n((?:\t[^\n]*\n)+)", re.MULTILINE)
_BENCH = re.compile(r"\$\(BENCH\) ([a-z-]+)")
_ARGUMENTS = re.compile(r'ARGS="([^"]*)"')

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text("utf-8"))


def links(path: Path) -> Iterator[str]:
    """Links and pictures that lead into this repository."""
    for match in _LINK.finditer(prose(path)):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(path: Path) -> set[str]:
    """What GitHub makes of a document's headings."""
    headings = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def destination(path: Path, link: str) -> Path:
    return (path.parent / link.partition("#")[0]).resolve() if not link.startswith("#") else path


def commands(path: Path) -> Iterator[str]:
    """What a document says to type: in its prose and in its blocks, without comments."""
    text = path.read_text("utf-8")
    for block in _FENCE.findall(text):
        yield from (line.partition(" #")[0].strip().removeprefix("- run: ") for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", prose(path))


@cache
def recipes() -> dict[str, str]:
    """What each target of the Makefile does."""
    text = (ROOT / "Makefile").read_text("utf-8")
    return dict.fromkeys(re.findall(r"^([a-z0-9-]+):", text, re.MULTILINE), "") | dict(_RECIPE.findall(text))


def make_calls(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each target of make that a document names, with the options that it passes on."""
    for command in commands(path):
        if match := re.match(r"make ([a-z][a-z0-9-]*)", command):
            passed = _ARGUMENTS.search(command)
            yield match[1], options(passed[1]) if passed else []


def bench_calls(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each command of bench that a document names or has make call, with its options."""
    for command in commands(path):
        if match := re.search(r"python -m bench ([a-z-]+)([^;|]*)", command):
            yield match[1], options(match[2])
    for target, passed in make_calls(path):
        if called := _BENCH.search(recipes().get(target, "")):
            yield called[1], passed


def options(arguments: str) -> list[str]:
    return [word.partition("=")[0] for word in shlex.split(arguments) if re.match(r"--?[a-z]", word)]


def known_options(bench: Command, name: str) -> set[str]:
    """What the help of a command names; fails where there is no such command."""
    done = bench(name, "--help")
    assert done.code == 0, f"there is no command {name}"
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", done.out))


@every_document
def test_links_lead_to_what_is_there(path: Path) -> None:
    for link in links(path):
        target = destination(path, link)
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert target.exists(), f"{link} leads nowhere"
        if anchor := link.partition("#")[2]:
            assert anchor in anchors(target), f"{link} names no heading"


@every_document
def test_the_makefile_has_every_target_that_is_named(path: Path) -> None:
    missing = {target for target, _ in make_calls(path)} - recipes().keys()
    assert not missing


@every_document
def test_every_command_that_is_named_exists_with_its_options(path: Path, bench: Command) -> None:
    for name, passed in bench_calls(path):
        unknown = set(passed) - known_options(bench, name)
        assert not unknown, f"python -m bench {name} has no {', '.join(sorted(unknown))}"


@every_document
def test_modules_that_are_to_be_run_exist(path: Path) -> None:
    for command in commands(path):
        for module in re.findall(r"python -m (tests\.[\w.]+)", command):
            assert find_spec(module), f"there is no {module}"


@every_document
def test_every_document_leads_to_the_glossary(path: Path) -> None:
    assert path == GLOSSARY or GLOSSARY in {destination(path, link) for link in links(path)}


def test_the_readme_leads_to_every_document() -> None:
    assert set(DOCUMENTS) - {README} <= {destination(README, link) for link in links(README)}


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= README_LINES


def test_this_sees_what_the_documents_name() -> None:
    """The checks above would pass if nothing was found to check."""
    everything = [call for path in DOCUMENTS for call in bench_calls(path)]
    assert ("compare", []) in everything
    assert ("run", ["--resume"]) in everything
    assert ("run", ["--instructions", "--fail-on", "--threshold", "--markdown"]) in everything
    assert {"site", "verify", "calibrate", "export", "lock"} <= {name for name, _ in everything}
