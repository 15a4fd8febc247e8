"""What the contract's checks expect: the statements that say so, and those that led to a violation that was noted."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import bench.contract
from bench.contract import every_answer
from bench.contract.sequences import SequenceTrial
from bench.contract.violation import Findings, Violation

_ROOM = Path(bench.contract.__file__).parent
_FILES = {
    str(path): path.relative_to(_ROOM).as_posix()
    for path in (
        *(_ROOM / "checks").glob("*.py"),
        *(_ROOM / name for name in ("every_answer.py", "refused.py", "sequences.py", "shop.py")),
    )
}
_NOTING = frozenset(
    {"note", "note_silence", "expect", "expect_status", "expect_json", "expect_refusal", "expect_total"}
    | {"Violation", "_differs", "_expect", "_expect_listed"}
)
"""What notes a violation by itself, and methods that call it."""
_ASKING = frozenset({"ask", "ask_alone", "send"})
"""What holds each answer to the clauses that all have: an expectation where nothing else is done with the answer."""


@dataclass(frozen=True, order=True)
class Expectation:
    """A statement that notes a violation, itself or by what it calls."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


Way = frozenset[Expectation]
"""All the statements that led to one violation."""


def expectations() -> set[Expectation]:
    """All statements from which a violation may come."""
    noting = _noting()
    return {
        _at(path, statement.lineno)
        for path in _FILES
        for statement, parts in _statements(path)
        if any(_name(call) in noting for part in parts for call in _calls(part)) or _only_asks(statement)
    }


@contextmanager
def watched() -> Iterator[list[tuple[str, Way]]]:
    """The clause of each violation that is noted within the context, and the way to it."""
    seen: list[tuple[str, Way]] = []
    born: Way = frozenset()
    apart: list[Way] = []

    def make(*parts: Any) -> Violation:
        """What every answer is held to is read from a generator, which is not under way when it is noted."""
        nonlocal born
        born = _way()
        return Violation(*parts)

    def differs(trial: SequenceTrial, *parts: Any) -> None:
        apart.append(_way())
        tell_apart(trial, *parts)

    def add(findings: Findings, violation: Violation) -> None:
        way = _way()
        if any("self._add(" in statement.text for statement in way):
            way |= born
        sequences = apart if violation.clause == "model" else []
        seen.extend((violation.clause, way | sooner) for sooner in sequences or [frozenset()])
        sequences.clear()
        keep(findings, violation)

    keep, tell_apart = Findings.add, SequenceTrial.differs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every_answer, "Violation", make)
        patch.setattr(Findings, "add", add)
        patch.setattr(SequenceTrial, "differs", differs)
        yield seen


def _way() -> Way:
    return frozenset(_at(frame.f_code.co_filename, frame.f_lineno) for frame in _frames())


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename in _FILES:
            yield frame
        frame = frame.f_back


@cache
def _at(path: str, line: int) -> Expectation:
    """The innermost statement that a line is part of."""
    first, last = max(
        (statement.lineno, last)
        for statement, parts in _statements(path)
        if statement.lineno <= line <= (last := max(part.end_lineno for part in parts))
    )
    text = Path(path).read_text("utf-8").splitlines()[first - 1 : last]
    return Expectation(_FILES[path], first, " ".join(part.strip() for part in text))


@cache
def _statements(path: str) -> tuple[tuple[ast.stmt, list[Any]], ...]:
    """The statements within functions, each with the parts of it that belong to no other."""
    functions = (node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef))
    within = (node for function in functions for part in function.body for node in ast.walk(part))
    return tuple((node, _parts(node)) for node in dict.fromkeys(within) if isinstance(node, ast.stmt))


def _parts(statement: ast.stmt) -> list[Any]:
    match statement:
        case ast.If() | ast.While():
            return [statement.test]
        case ast.For():
            return [statement.target, statement.iter]
        case ast.With():
            return [item.context_expr for item in statement.items]
        case ast.Try():
            return [ast.Pass(lineno=statement.lineno, end_lineno=statement.lineno)]
        case _:
            return [statement]


def _calls(part: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(part) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _only_asks(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="shop"), attr=asks))):
            return asks in _ASKING
        case _:
            return False


@cache
def _noting() -> frozenset[str]:
    """The names of what notes a violation, itself or by what it calls."""
    functions = {
        function.name: {_name(call) for call in _calls(function)}
        for path in _FILES
        for function in _tree(path).body
        if isinstance(function, ast.FunctionDef)
    }
    noting, more = frozenset[str](), _NOTING
    while more > noting:
        noting, more = more, more | {name for name, called in functions.items() if called & more}
    return noting


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text("utf-8"))
