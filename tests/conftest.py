"""What tests share; and real servers come last."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bench import cli
from bench.databases.sqlite import Sqlite, SqliteTemplate
from bench.host import local
from bench.host.protocol import Host
from bench.model import App
from bench.suts import environments
from bench.workspace import Workspace
from tests import chromium, skips
from tests.commands import Command, Commands, Done
from tests.here import HERE, OURS


def pytest_configure(config: pytest.Config) -> None:
    """Temporary files of its own for each process of tests."""
    _hear_signals()
    os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="fairground-tests-")
    config.add_cleanup(partial(shutil.rmtree, tempfile.tempdir, ignore_errors=True))
    config.add_cleanup(partial(HERE.lock.unlink, missing_ok=True))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--redraw", action="store_true", help="Write golden files again; read the diff before you keep it."
    )


def _hear_signals() -> None:
    """`nohup` and a shell's background jobs ignore these, and so would every process that a test starts."""
    for which, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(which) is signal.SIG_IGN:
            signal.signal(which, usual)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Quick tests first: they say sooner what is broken, and more exactly. Of the others, those of whole commands, for
    they take longest: no process of tests is left with them at the end. Slow ones, and those that lay networks, only
    where `-m` asks for them.
    """
    for mark in ("slow", "namespaces"):
        if mark not in config.option.markexpr:
            config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(mark)])
            items[:] = [item for item in items if not item.get_closest_marker(mark)]
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.get_closest_marker("servers") is None:
        return 0
    return 1 if item.path.parent == Path(__file__).parent else 2


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what was skipped, where it must not be."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if skips.forbidden(reason):
            report.outcome = "failed"
            report.longrepr = (
                f"Skipped under continuous integration ({reason}); `make programs` installs what tests need."
            )
    return report


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Holds a text against the file that it must equal, or with --redraw makes it so."""

    def hold(path: Path, text: str) -> None:
        if request.config.getoption("--redraw"):
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), f"{path.name} differs; look at it, and if it is right: pytest --redraw"

    return hold


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteTemplate]:
    """The seeded database, to be copied."""
    with Sqlite().seeded(tmp_path_factory.mktemp("seeded")) as seeded_template:
        yield seeded_template


@pytest.fixture(scope="session")
def installed() -> dict[str, App]:
    """The apps that tests drive by name, with their environments made."""
    apps = {app.name: app for app in OURS}
    for app in apps.values():
        environments.ensure(app, HERE.state)
    return apps


@pytest.fixture(scope="session")
def scrapy() -> Path:
    """The interpreter of the crawler's environment, made."""
    environments.ensure_crawler(HERE.state)
    return environments.crawler_python(HERE.state)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine. Its event loop runs in this process for as long: tests of another could not."""
    path = chromium.path()
    if path is None:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(chromium.NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        started = chromium.launch(playwright, path)
        yield started
        started.close()


@pytest.fixture
def host() -> Iterator[Host]:
    """This machine."""
    with local.host() as here:
        yield here


@pytest.fixture
def signals() -> Iterator[None]:
    """A command takes these over; pytest wants them back."""
    before = {which: signal.getsignal(which) for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    hook = sys.unraisablehook
    yield
    sys.unraisablehook = hook
    for which, handler in before.items():
        signal.signal(which, handler)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """This checkout, with results of its own."""
    return replace(HERE, results=tmp_path / "results")


@pytest.fixture
def bench(capsys: pytest.CaptureFixture[str], signals: None, workspace: Workspace) -> Command:
    """Runs a command in this process, in `workspace` or in another."""

    def run(*arguments: str, within: Workspace = workspace) -> Done:
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments, within)
        text = capsys.readouterr()
        return Done(int(ended.value.code or 0), text.out, text.err)

    return run


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    """Runs `python -m bench` as a user does, with results and the lock of a machine of its own."""
    with Commands(tmp_path) as running:
        yield running
