"""All ways of fuzzing, one after the other, with a guess of how long they still take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bench.fuzz import comparing, growth, premises, raw, schema
from bench.fuzz.finding import Fuzzed
from bench.fuzz.premises import Premises
from bench.host.protocol import Host
from bench.model import Sut
from bench.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Approach:
    """A way of fuzzing: which share of the requests it gets, and what each of them takes, as a first guess."""

    share: float
    request_s: float


WAYS: Mapping[str, Approach] = {
    "compare": Approach(share=0.4, request_s=0.004),
    "schema": Approach(share=0.1, request_s=0.012),
    "raw": Approach(share=0.2, request_s=0.008),
    "growth": Approach(share=0.3, request_s=0.004),
}
"""By the names that the command takes, in the order in which they are gone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a campaign stands."""

    way: str
    doing: str
    done_s: float
    left_s: float


Watch = Callable[[Standing], None]


@dataclass
class _Course:
    """How far a campaign is, in seconds as they were guessed before."""

    guesses_s: Mapping[str, float]
    watch: Watch
    host: Host
    behind_s: float = 0.0

    def __post_init__(self) -> None:
        self.began_at = self.host.now_s()

    def step(self, way: str, share: float, doing: str) -> None:
        """Hear of a way's progress, and pass on how long all of it takes at the pace seen so far."""
        taken_s = self.host.now_s() - self.began_at
        done_s = self.behind_s + share * self.guesses_s[way]
        pace = taken_s / done_s if done_s else 1.0
        self.watch(Standing(way, doing, taken_s, (sum(self.guesses_s.values()) - done_s) * pace))


def fuzz(
    suts: Sequence[Sut],
    workspace: Workspace,
    *,
    seed: int,
    requests: int,
    ways: Sequence[str] = tuple(WAYS),
    asked_at: str = "",
    watch: Watch = lambda _: None,
) -> dict[str, Fuzzed]:
    """Send about so many requests to each SUT, drawn from `seed`, in these ways; returns what came of each.

    `asked_at` is the URL where a reader will have a server.

    Raises ServerError where a server does not come up or dies, SetupError where a program is missing, and UsageError
    for an app that does not work on the default database.
    """
    if "schema" in ways:
        schema.require()
    whole = sum(WAYS[way].share for way in ways)
    shares = {way: max(round(requests * WAYS[way].share / whole), 1) for way in ways}
    outcomes: dict[str, Fuzzed] = {}
    with premises.open_for(suts, workspace) as here:
        course = _Course({way: shares[way] * WAYS[way].request_s * len(suts) for way in ways}, watch, here.host)
        for way in ways:
            go = _ways(suts, here, workspace, asked_at)[way]
            outcomes[way] = go(seed=seed, requests=shares[way], step=partial(course.step, way))
            course.behind_s += course.guesses_s[way]
    return outcomes


def _ways(suts: Sequence[Sut], here: Premises, workspace: Workspace, asked_at: str) -> dict[str, Callable[..., Fuzzed]]:
    return {
        "compare": partial(comparing.compare, suts, here, asked_at=asked_at),
        "schema": partial(schema.hold, suts, here, document=workspace.apps / "openapi.yaml"),
        "raw": partial(raw.send, suts, here),
        "growth": partial(growth.watch, suts, here),
    }
