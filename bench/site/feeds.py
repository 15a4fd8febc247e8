"""The site for machines: the list of runs, the data behind the trends, and a badge. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from bench.analysis.history import Trend, TrendPoint
from bench.site.card import Badge, Card, Entry

SCHEMA_VERSION = 1
TRENDS_VERSION = 2


def entries(cards: Iterable[Card]) -> list[Entry]:
    """All runs, newest first."""
    return [card.entry for card in newest_first(cards)]


def newest_first(cards: Iterable[Card]) -> list[Card]:
    """The cards sorted by id, which begins with the time."""
    return sorted(cards, key=lambda card: card.id, reverse=True)


def listing(cards: Iterable[Card], digests: Mapping[str, str]) -> dict[str, Any]:
    """`runs.json`; `digests` are the SHA-256 of each published `run.json`, by id of the run."""
    runs = [asdict(entry) | {"sha256": digests[entry.id]} for entry in entries(cards)]
    return {"schema_version": SCHEMA_VERSION, "runs": runs}


def trends(followed: Iterable[Trend]) -> dict[str, Any]:
    """`trends.json`: which series there are, and the file of each."""
    series = [_series(trend) | {"points": len(trend.points), "file": place(trend)} for trend in followed]
    return {"schema_version": TRENDS_VERSION, "trends": series}


def trend(followed: Trend) -> dict[str, Any]:
    """The file of one series: microseconds of CPU per request, or ratios of them to the floor."""
    return {"schema_version": TRENDS_VERSION, **_series(followed), **_values(followed)}


def place(followed: Trend) -> str:
    """Where in the site the file of a series stands. Its name is a digest: what names a series may come from anywhere,
    and the same series keeps its address.
    """
    return f"trends/{hashlib.sha256(repr(followed.key).encode()).hexdigest()[:16]}.json"


def badge(cards: Iterable[Card]) -> dict[str, Any]:
    """`badge.json`, an endpoint badge of shields.io: who leads in the run of `leading`."""
    newest = leading(cards)
    shown = newest.badge if newest and newest.badge else Badge("no run", "lightgrey")
    return {"schemaVersion": 1, "label": "fairground", "message": shown.message, "color": shown.colour}


def leading(cards: Iterable[Card]) -> Card | None:
    """The run whose verdict the site shows: the newest complete one of a profile in `card.LED` that measured the usual
    apps and workloads.
    """
    return next((card for card in newest_first(cards) if card.badge), None)


def _series(followed: Trend) -> dict[str, Any]:
    key = followed.key
    return {
        "machine": key.kind.machine,
        "profile": key.kind.profile,
        "group": key.kind.group,
        "sut": key.sut,
        "metric": key.metric,
        "workload": key.workload,
        "workloads": [{"id": name, "operation_mix": mix, "concurrency": users} for name, mix, users in key.driven],
    }


def _values(followed: Trend) -> dict[str, Any]:
    return {
        "points": [_point(*point) for point in zip(followed.points, followed.levels, strict=True)],
        "changes": [
            {
                "before": change.before.run,
                "after": change.after.run,
                "commits": [change.before.commit, change.after.commit],
            }
            | {"ratio": change.ratio.value, "low": change.ratio.low, "high": change.ratio.high}
            | {"versions": change.versions}
            for change in followed.changes
        ],
    }


def _point(point: TrendPoint, level: float) -> dict[str, Any]:
    estimate = point.reading.estimate
    return {
        "run": point.run,
        "commit": point.commit,
        "label": point.label,
        "versions": dict(point.versions),
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "rounds": point.reading.rounds,
        "level": level,
    }
