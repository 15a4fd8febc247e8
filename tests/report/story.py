"""The run in data/run.json: made up so that every verdict, misfortune and note occurs in it once.

`python -m tests.report.story` makes it again; it stands in the repository because a stored run must stay readable.
"""

from dataclasses import replace
from pathlib import Path

from bench.analysis import derive
from bench.model import EVERYTHING, TWIN, Failure
from bench.store import storage
from bench.store.results import Cell, Round, Run
from tests import builders
from tests.builders import MIX, READ, READ_OPEN, cell, sut

FOLDER = Path(__file__).with_name("data")
SUTS = (
    sut("wsgi", label="no framework (WSGI)", notes=("No framework: routing and SQL are written by hand.",)),
    sut("flask", label="Flask 3.1.3", data_layer="SQLAlchemy Core", notes=("Debug is off.", "JSON is UTF-8.")),
    sut("django", label="Django 5.2.19", data_layer="Django ORM"),
    sut("cherrypy", label="CherryPy 18.10.0", data_layer="SQLAlchemy Core"),
    sut("py4web", label="py4web 1.2026", data_layer="pydal"),
    sut("wsgi-gunicorn", label="no framework (WSGI)", group="native", server="gunicorn 27.0.1"),
    sut("flask-gunicorn", label="Flask 3.1.3", group="native", server="gunicorn 27.0.1"),
)
RPS = {
    **{"wsgi": 20_000.0, "flask": 6_500.0, "django": 3_100.0, "cherrypy": 6_480.0},
    **{"wsgi-gunicorn": 2_000.0, "flask-gunicorn": 2_400.0},
}
LUCK = (1.0, 1.004, 0.997, 1.001)


def run() -> Run:
    """All of it: py4web never came up, django failed in one workload, and the generator was too slow for the floor."""
    rounds = tuple(_round(number, luck) for number, luck in enumerate(LUCK, 1))
    bare = builders.run(SUTS, rounds, (READ, MIX, READ_OPEN))
    info = replace(bare.run, status="complete", finished_at="2026-11-22T12:06:00+00:00")
    return derive.derive(replace(bare, run=info), lambda *_: None)


def _round(number: int, luck: float) -> Round:
    cells = [
        one for name, rps in RPS.items() for one in _cells(name, name, rps * (luck if name == "flask" else 1.0), number)
    ]
    twin_of = ("flask", "cherrypy", "django", "wsgi")[number - 1]
    cells += _cells(TWIN, twin_of, RPS[twin_of] * (luck if twin_of == "flask" else 1.002), number)
    failures = [Failure("py4web", EVERYTHING, "py4web ended with exit code 1 before it was ready.")]
    if number == 2:
        failures.append(Failure("django", MIX.id, "errors: 3 x status 500"))
    cells = [one for one in cells if (one.sut, one.workload) != ("django", MIX.id) or number == 2]
    starts = {name: 0.2 + 0.01 * len(name) for name in RPS}
    return builders.one_round(
        number, cells, twin_of, failures=tuple(failures), start_s=starts, wall_s=20.0, load_s=17.0
    )


def _cells(name: str, like: str, rps: float, number: int) -> list[Cell]:
    busy = round(0.9e9 if like == "wsgi" else 0.4e9)
    wild = 1 + 0.1 * (number % 2) if name == "cherrypy" else 1.0
    closed = [
        cell(name, READ.id, rps, 0.95e6 / rps, generator_cpu_ns=busy, memory_peak_bytes=(50 + len(name)) * 2**20),
        cell(name, MIX.id, rps / 2 * wild, 1.9e6 / rps, generator_cpu_ns=busy),
    ]
    if like.endswith("gunicorn"):
        return closed
    times = {"response_p50_s": 2 / rps, "response_p90_s": 4 / rps, "response_p99_s": 9 / rps * wild}
    return [*closed, cell(name, READ_OPEN.id, 500.0, 1.1e6 / rps, lag_p99_s=1e-5, service_p50_s=1.9 / rps, **times)]


if __name__ == "__main__":
    storage.save(run(), FOLDER)
