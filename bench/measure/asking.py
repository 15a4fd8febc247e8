"""Asking an agent: one question at a time, each with one answer. A question is a method of its steward."""

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec, TypeVar

from bench.errors import AgentError
from bench.host.lines import Door

_ANSWER_WITHIN_S = 120.0
"""A machine that is gone is noticed sooner."""
_LONG_S = 3600.0

What = ParamSpec("What")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asking:
    """The near end of a line to an agent."""

    door: Door
    line: Connection

    def __call__(
        self, question: Callable[Concatenate[Any, What], Answer], *arguments: What.args, **_: What.kwargs
    ) -> Answer:
        """The agent's answer; what it could not do is raised here. Raises AgentError where it is gone."""
        answer: Answer = self._ask(question.__name__, arguments, _ANSWER_WITHIN_S)
        return answer

    def at_length(
        self, question: Callable[Concatenate[Any, What], Answer], *arguments: What.args, **_: What.kwargs
    ) -> Answer:
        """The same for long work: many environments to be made, or SUTs to be verified."""
        answer: Answer = self._ask(question.__name__, arguments, _LONG_S)
        return answer

    def _ask(self, question: str, arguments: tuple[object, ...], within_s: float) -> Any:
        """Whatever ends the wait for an answer ends the line, for that answer would be taken for the next."""
        try:
            self.line.send((question, arguments))
            if not self.line.poll(within_s):
                raise TimeoutError  # noqa: TRY301
            failed, answer = self.line.recv()
        except (OSError, EOFError):
            self.line.close()
            raise AgentError(
                f"The agent at {self.door} is gone: it ended, or the network between did not come back."
            ) from None
        except BaseException:
            self.line.close()
            raise
        if failed:
            raise answer
        return answer
