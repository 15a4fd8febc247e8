"""A run in brief: all that the index, the trends and the badge say of it, so that no stored run need be held. Pure."""

from dataclasses import dataclass

from bench.analysis import history
from bench.analysis.elsewhere import Outlooks
from bench.analysis.history import TrendKey, TrendPoint
from bench.estimate import Verdict
from bench.report import headline
from bench.store.results import Run
from bench.words import one_line

LED = ("quick", "full")
"""The profiles made for choosing a framework; the others show only whether something works."""
_CHOICES = ("--apps", "--workloads", "--server", "--rounds", "--against")
"""Options with which a run has another set of apps or workloads than is published, or fewer rounds."""
UNKNOWN = "unknown"
"""The fingerprint of a machine that a run says nothing of."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in a list. `started_at` is taken from its id; `left_out` says why it is on no trend, `advisory` why nobody
    should choose by it. Both are empty where all is well.
    """

    id: str
    started_at: str
    profile: str
    status: str
    commit: str
    fingerprint: str
    headline: str
    advisory: str
    left_out: str


@dataclass(frozen=True, slots=True)
class Badge:
    """Who leads in a run, in a few words, with a colour of shields.io."""

    message: str
    colour: str


@dataclass(frozen=True, slots=True)
class Card:
    """One run in brief. `badge` is None where it has no say in who leads, for it did not measure what is usually
    measured; `points` are those that it adds to trends.
    """

    entry: Entry
    cpu: str
    badge: Badge | None
    points: tuple[tuple[TrendKey, TrendPoint], ...]

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.entry.id


def of(run: Run) -> Card:
    """The card of a run."""
    led = run.run.profile in LED and _ordinary(run)
    cpu = one_line(run.environment.cpu or "an unknown processor")
    return Card(_entry(run), cpu, _badge(run) if led else None, tuple(history.points(run).items()))


def day(run: str) -> str:
    """When a run with this id started, UTC: 2026-11-22 16:53."""
    return f"{run[:4]}-{run[4:6]}-{run[6:8]} {run[9:11]}:{run[11:13]}"


def _ordinary(run: Run) -> bool:
    """Whether a run is complete, compares no editions, and was not told to measure something else, or less."""
    options = {word.partition("=")[0] for word in run.run.command.split()}
    edition = any(sut.base_of for sut in run.suts)
    return run.run.status == "complete" and not edition and options.isdisjoint(_CHOICES)


def _entry(run: Run) -> Entry:
    facts = run.run
    return Entry(
        id=facts.id,
        started_at=f"{day(facts.id).replace(' ', 'T')}:{facts.id[13:15]}+00:00",
        profile=one_line(facts.profile),
        status=facts.status,
        commit=one_line(history.commit(run)),
        fingerprint=one_line(run.environment.fingerprint or UNKNOWN),
        headline=one_line(headline.sentence(run)),
        advisory=one_line(headline.advisory(run) or ""),
        left_out=one_line(history.left_out(run)),
    )


def _badge(run: Run) -> Badge:
    leader = headline.lead(run)
    if leader is None or headline.advisory(run):
        return Badge("withheld", "lightgrey")
    label = {sut.id: one_line(sut.label) for sut in run.suts}
    first, second = label[leader.sut][:_LONGEST], label[leader.baseline][:_LONGEST]
    outlook = Outlooks(run).of(leader)
    match outlook.verdict if outlook and leader.verdict == Verdict.FASTER else leader.verdict:
        case Verdict.FASTER:
            return Badge(f"{first} leads", "blue")
        case Verdict.TIE:
            return Badge(f"{first} and {second} tie", "blue")
        case _:
            return Badge(f"{first} or {second}: open", "lightgrey")
