"""Sessions of pytest-benchmark in an app's own environment."""

import json
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench.analysis.series import SeriesKey, of_calls
from bench.databases.protocol import Template
from bench.errors import SetupError
from bench.host.protocol import Host
from bench.micro import campaign, footprint, sessions, surroundings, turns
from bench.micro.questions import Question, questions
from bench.micro.sessions import Participant, Session, Setting
from bench.micro.surroundings import INSIDE
from bench.model import App, Sut
from bench.statistics import stats
from bench.store.results import MicroRound
from bench.suts import environments
from tests.here import HERE

pytestmark = pytest.mark.servers

SLOWED_US = 1000
"""So much that a reading of the clock does not show in it."""

_SLOWED = """
import sys, time
sys.path.insert(0, {folder!r})
import shop

def application(environ, start_response):
    until = time.thread_time() + {slowed_s}
    while time.thread_time() < until:
        pass
    return shop.application(environ, start_response)
"""
_WARNS = """
import sys, warnings
warnings.warn("a newer way is there")
sys.path.insert(0, {folder!r})
from shop import application
"""
_ASYNC = """
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"Hello, World!"})
"""
_SILENT = """
async def application(scope, receive, send):
    while scope["type"] == "http":
        await receive()
"""
_ENDLESS = """
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"more", "more_body": True})
        await receive()
"""
_LEAVES_A_CHILD = """
import atexit, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
atexit.register(print, "Goodbye")
sys.path.insert(0, {folder!r})
from shop import application
"""
_NEVER_UP = """
async def application(scope, receive, send):
    await send({"type": "lifespan.startup.failed", "message": "no database"})
"""


@pytest.fixture
def setting(host: Host, tmp_path: Path, template: Template) -> Setting:
    return Setting(0.02, host, tmp_path, HERE.state, tmp_path / "kept", template)


def run(app: App, sut: str, asked: list[Question], number: int, setting: Setting) -> Session:
    """One session by itself; raises SetupError with the words that a round would keep."""
    seen, failed = sessions.rotate([Participant(sut, app, asked)], number, 1, setting, lambda _: None)
    if sut in failed:
        raise SetupError(failed[sut])
    return seen[sut]


def written(app: App, folder: Path, code: str, **changes: str) -> App:
    folder.mkdir()
    (folder / "other.py").write_text(code, "utf-8")
    return replace(app, folder=folder, application="other:application", **changes)


def test_a_slowed_handler_comes_out_slower_by_as_much(
    installed: dict[str, App], tmp_path: Path, setting: Setting
) -> None:
    floor = installed["wsgi"]

    def slowed(name: str, by: int) -> Participant:
        code = _SLOWED.format(folder=str(floor.folder), slowed_s=by * SLOWED_US / 1e6)
        return Participant(name, written(floor, tmp_path / name, code), questions(floor, ("read-item",)))

    # Both are slowed: caches go cold meanwhile, the more so beside other work, and that would count as slowness.
    entries = [slowed("a", 1), slowed("b", 2)]
    rounds = []
    for number in range(1, 6):
        seen, _ = sessions.rotate(entries, number, 1, replace(setting, seconds=0.15), lambda _: None)
        rounds.append(MicroRound(number, "a", {name: pair.medians_us for name, pair in seen.items()}))
    series = of_calls(rounds, {"a": "wsgi", "b": "wsgi"})
    one, other = (series[SeriesKey(name, "read-item-in-process", "call_cpu_us")] for name in ("b", "a"))
    added = stats.difference(one, other)
    # Of an estimate without bias, one interval of forty lies wholly below the truth: by less than this.
    assert added.high >= SLOWED_US * 0.98
    assert added.low <= SLOWED_US * 1.05
    assert added.value == pytest.approx(SLOWED_US, rel=0.1)


def test_a_call_costs_what_it_takes_while_nothing_disturbs_it() -> None:
    costs_s = [1e-4, 2e-4, 6e-4]
    laps = [[cost_s * (1.0 if number % 5 == 0 else 1.6 + number / 100) for cost_s in costs_s] for number in range(40)]
    calls = [time_s for lap in laps for time_s in lap]
    assert sessions.undisturbed(calls, requests=3) == pytest.approx(3e-4), "four laps of five were disturbed"
    assert sessions.undisturbed([*calls, 1e-9], requests=3) == pytest.approx(3e-4), "no half of a lap counts"


def test_what_pytest_benchmark_stored_is_kept(installed: dict[str, App], setting: Setting) -> None:
    asked = questions(installed["wsgi"])
    seen = run(installed["wsgi"], "wsgi", asked, 3, setting)
    stored = json.loads((setting.kept / "wsgi-3.json").read_text("utf-8"))
    assert len(stored["benchmarks"]) == 2 * len(asked), "each operation by two clocks"
    assert "first_body" not in stored["benchmarks"][0]["extra_info"], "which may be a megabyte"
    assert set(seen.medians_us) == {benchmark["extra_info"]["operation"] for benchmark in stored["benchmarks"]}
    assert all(clocks["wall"] > 0 and clocks["cpu"] > 0 for clocks in seen.medians_us.values())


def test_what_is_kept_can_be_compared_by_pytest_benchmark_itself(installed: dict[str, App], setting: Setting) -> None:
    floor = installed["wsgi"]
    for number in (1, 2):
        run(floor, "wsgi", questions(floor, ("json",)), number, setting)
    tool = environments.python(floor, HERE.state).with_name("pytest-benchmark")
    done = subprocess.run(
        [tool, "compare", "wsgi-1.json", "wsgi-2.json"], cwd=setting.kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for number in (1, 2):
        assert f"test_operation[json-cpu] (wsgi-{number})" in done.stdout


def test_an_asgi_application_is_driven_likewise(installed: dict[str, App], tmp_path: Path, setting: Setting) -> None:
    app = written(installed["wsgi"], tmp_path / "async", _ASYNC, interface="asgi")
    seen = run(app, "async", questions(app, ("plaintext",)), 1, setting)
    assert seen.medians_us["plaintext"]["cpu"] > 0


def test_an_app_that_answers_wrongly_is_not_measured(
    installed: dict[str, App], tmp_path: Path, setting: Setting
) -> None:
    app = written(installed["wsgi"], tmp_path / "wrong", _ASYNC.replace("Hello", "Goodbye"), interface="asgi")
    with pytest.raises(SetupError, match="plaintext"):
        run(app, "wrong", questions(app, ("plaintext",)), 1, setting)


@pytest.mark.parametrize(
    ("names", "nulls"),
    [(["wsgi"], {"null"}), (["asgi"], {"null-asgi"}), (["wsgi", "asgi", "flask"], {"null", "null-asgi"})],
)
def test_a_round_has_every_app_a_twin_and_the_null_of_each_interface(
    installed: dict[str, App], setting: Setting, names: list[str], nulls: set[str]
) -> None:
    suts = [Sut.of(installed[name]) for name in names]
    done = campaign.one_round(suts, 1, 1, setting, campaign.Work(("plaintext",)), lambda _: None)
    assert done.failures == ()
    assert set(done.medians_us) == {*names, "twin", *nulls}


def test_a_broken_app_is_told(installed: dict[str, App], tmp_path: Path, setting: Setting) -> None:
    broken = written(installed["wsgi"], tmp_path / "broken", "import nonsense")
    with pytest.raises(SetupError, match=r"could not be measured in process(?s:.*)No module named 'nonsense'"):
        run(broken, "broken", questions(broken, ("plaintext",)), 1, setting)


def test_an_app_that_warns_as_it_is_imported_is_measured(
    installed: dict[str, App], tmp_path: Path, setting: Setting
) -> None:
    floor = installed["wsgi"]
    app = written(floor, tmp_path / "warns", _WARNS.format(folder=str(floor.folder)))
    assert run(app, "warns", questions(app, ("plaintext",)), 1, setting).medians_us["plaintext"]["cpu"] > 0


def test_an_app_that_ends_the_process_is_told(installed: dict[str, App], tmp_path: Path, setting: Setting) -> None:
    code = "import os, sys; print('why', file=sys.__stderr__, flush=True); os._exit(3)"
    app = written(installed["wsgi"], tmp_path / "gone", code)
    with pytest.raises(SetupError, match=r"gone could not be measured in process: exit code 3"):
        run(app, "gone", questions(app, ("plaintext",)), 1, setting)
    with pytest.raises(SetupError, match=r"^wsgi does not load: why$"):
        footprint.measure(Sut.of(app), setting)


def test_a_stream_without_an_end_is_given_up_at_its_first_answer(
    installed: dict[str, App], tmp_path: Path, setting: Setting
) -> None:
    inside = tmp_path / "inside"
    shutil.copytree(INSIDE, inside)
    subject = inside / "subject.py"
    subject.write_text(subject.read_text("utf-8").replace("FIRST_WITHIN_S = 10.0", "FIRST_WITHIN_S = 0.3"), "utf-8")
    app = written(installed["asgi"], tmp_path / "endless", _ENDLESS)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SetupError, match=r"no whole answer within 0\.3 s"):
        patch.setattr(sessions, "INSIDE", inside)
        patch.setattr(surroundings, "INSIDE", inside)
        run(app, "endless", questions(app, ("plaintext",)), 1, setting)


def test_a_child_that_an_app_leaves_behind_delays_nothing(
    installed: dict[str, App], tmp_path: Path, setting: Setting
) -> None:
    floor = installed["wsgi"]
    app = written(floor, tmp_path / "leaves", _LEAVES_A_CHILD.format(folder=str(floor.folder)))
    for name in ("requirements.txt", "requirements.in"):
        shutil.copy(floor.folder / name, app.folder)
    before = set(psutil.Process().children(recursive=True))
    began = time.monotonic()
    assert footprint.measure(Sut.of(app), setting).memory_bytes > 0
    assert time.monotonic() - began < 30
    assert set(psutil.Process().children(recursive=True)) == before


def test_a_startup_that_failed_is_told(installed: dict[str, App], tmp_path: Path, setting: Setting) -> None:
    app = written(installed["asgi"], tmp_path / "down", _NEVER_UP)
    with pytest.raises(SetupError, match="RuntimeError: the application could not start: no database"):
        run(app, "down", questions(app, ("plaintext",)), 1, setting)
    with pytest.raises(SetupError, match=r"^asgi does not load: RuntimeError: the application could not start: no d"):
        footprint.measure(Sut.of(app), setting)


@pytest.mark.parametrize(("name", "code"), [("wsgi", "import time; time.sleep(60)"), ("asgi", _SILENT)])
def test_an_app_that_hangs_is_given_up_and_ended(
    installed: dict[str, App],
    tmp_path: Path,
    setting: Setting,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: str,
) -> None:
    app = written(installed[name], tmp_path / "hangs", code)
    before = set(psutil.Process().children(recursive=True))
    monkeypatch.setattr(footprint, "_WITHIN_S", 1.5)
    monkeypatch.setattr(turns, "START_WITHIN_S", 1.5)
    monkeypatch.setattr(turns, "TURN_WITHIN_S", 1.5)
    with pytest.raises(SetupError, match=r"hangs is not measured in process: it was silent for more than 2 s\.$"):
        run(app, "hangs", questions(app, ("plaintext",)), 1, setting)
    with pytest.raises(SetupError, match=rf"{name} does not load within 2 s\.$"):
        footprint.measure(Sut.of(app), setting)
    assert set(psutil.Process().children(recursive=True)) == before


def test_a_footprint_counts_the_lock_and_the_lines(installed: dict[str, App], setting: Setting) -> None:
    flask, floor = (footprint.measure(Sut.of(installed[name]), setting) for name in ("flask", "wsgi"))
    # The floor has the databases' drivers, and every app has those too.
    assert 0 < floor.distributions < 7 <= flask.distributions
    assert 0 < floor.installed_bytes < flask.installed_bytes - 10 * 2**20
    assert flask.import_s > floor.import_s
    assert flask.memory_bytes > floor.memory_bytes > 10 * 2**20
    assert 0 < flask.import_s < flask.first_answer_s < 60
    assert 100 < floor.lines < 1000
