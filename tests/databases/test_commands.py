"""Commands on databases that are servers: what they say, what comes of them, and that the servers go with them."""

import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bench.contract import smoke
from bench.contract.operations import OPERATIONS
from bench.databases import private
from bench.databases.served import ServedTemplate
from bench.host import programs
from bench.host.protocol import Host
from bench.suts import environments
from tests.commands import Command, Commands, read_until, sentence, until
from tests.databases.asking import SERVERS, engine

COMMANDS = (
    ("run",),
    ("run", "--against", "HEAD"),
    ("verify", "flask"),
    ("serve", "flask", "--port", "0"),
    ("crawl", "flask"),
)
by_server = pytest.mark.parametrize("name", SERVERS)


@pytest.mark.parametrize("arguments", COMMANDS)
def test_where_no_server_is_found_the_way_to_one_is_said_before_anything_else(
    bench: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(programs, "find", lambda names: None)
    for name in ("ensure", "ensure_crawler", "prepare"):
        monkeypatch.delattr(environments, name)
    assert sentence(bench(*arguments, "--database", "mysql")) == (
        "There is no MariaDB server on this machine: `apt-get install mariadb-server` brings one, or start that of "
        "compose.yaml and let DATABASE_URL name it (docs/databases.md)."
    )


class Marked(Commands):
    """Commands whose private servers can be told from those of others: by the PATH that they are given."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin"

    def servers(self) -> list[psutil.Process]:
        """The database servers that run."""
        return [process for process in psutil.process_iter() if self._is_server(process)]

    def _is_server(self, process: psutil.Process) -> bool:
        try:
            marked = process.environ().get("PATH") == self.path
            return marked and process.name() in ("postgres", "mariadbd") and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def without_servers(self) -> bool:
        """Whether none is left, now or soon."""
        return until(lambda: not self.servers(), 20)


@pytest.fixture
def marked(tmp_path: Path, installed: object) -> Iterator[Marked]:
    for name in SERVERS:
        engine(name)
    with Marked(tmp_path) as commands:
        yield commands


@pytest.mark.slow
@pytest.mark.servers
def test_a_run_on_all_of_them_is_whole_and_shows_what_each_cost(marked: Marked) -> None:
    short = ("--profile", "smoke", "--apps", "wsgi", "--workloads", "read-item")
    done = marked.run("run", *short, "--database", "all", PATH=marked.path)
    assert done.returncode == 0, done.stderr
    run, folder = marked.stored()
    assert run.failures == ()
    assert [sut.id for sut in run.suts] == ["wsgi", "wsgi-postgresql", "wsgi-mysql"]
    versions = run.environment.databases
    assert versions.keys() == run.environment.database_settings.keys() == {"sqlite", *SERVERS}
    assert all(re.fullmatch(r"[\d.]+", version) for version in versions.values())
    assert {len(sut.statements) for sut in run.suts} == {len(OPERATIONS)}
    assert [len(sut.round_trips) for sut in run.suts] == [0, len(OPERATIONS), len(OPERATIONS)]
    costs = {cell.sut: cell.database_cpu_ns for cell in run.rounds[0].sound_cells() if cell.workload == "read-item"}
    assert costs["wsgi"] is None
    assert all(costs[f"wsgi-{name}"] for name in SERVERS)
    report = (folder / "report.md").read_text("utf-8")
    for words in ("Databases side by side", "share the CPUs of the apps' servers", "The database's CPU per request"):
        assert words in report
    assert marked.all_gone()
    assert marked.without_servers()


@pytest.mark.slow
@pytest.mark.servers
@by_server
def test_an_app_is_served_on_it_until_somebody_ends_it(marked: Marked, name: str) -> None:
    process = marked.start("serve", "wsgi", "--database", name, "--port", "0", PATH=marked.path)
    assert process.stdout
    smoke.check(process.stdout.readline().strip())
    assert marked.servers()
    process.send_signal(signal.SIGINT)
    assert marked.ended(process)[0] == 130
    assert marked.all_gone()
    assert marked.without_servers()


@pytest.mark.slow
@pytest.mark.servers
@by_server
def test_an_app_is_crawled_on_it(marked: Marked, name: str, scrapy: Path) -> None:
    items = marked.folder / "items.csv"
    done = marked.run("crawl", "wsgi", "--database", name, "--output", str(items), PATH=marked.path)
    assert done.returncode == 0, done.stderr
    assert f"10,000 items, equal to the rows of the table, are kept in {items}." in done.stdout
    assert marked.without_servers()


@pytest.mark.slow
@pytest.mark.servers
@by_server
def test_a_server_that_is_there_is_used_and_left_as_it_was(marked: Marked, name: str, host: Host) -> None:
    made = engine(name)
    with private.place(name, (made.account,), host) as place:
        server = made._address(place.password, host)
        command = made.lay_out(made._program(), place, server)
        with private.running(place, command, made.stop, lambda: made._answers(server), made.title):
            with made.dialect.opened(server) as session:
                session.run("CREATE DATABASE fairground_theirs")
            done = marked.run("verify", "wsgi", "--database", name, DATABASE_URL=server.url)
            assert (done.returncode, done.stdout) == (0, f"✓ wsgi-{name} keeps the contract\n"), done.stderr
            with made.dialect.opened(server) as session:
                assert dict(made.dialect.databases(session)) == {"fairground_theirs": False}


@pytest.mark.servers
@by_server
def test_a_server_that_another_command_uses_is_not_shared(
    request: pytest.FixtureRequest, bench: Command, monkeypatch: pytest.MonkeyPatch, installed: object, name: str
) -> None:
    template: ServedTemplate = request.getfixturevalue(name)
    monkeypatch.setenv("DATABASE_URL", template.address.url)
    said = sentence(bench("verify", "wsgi", "--database", name))
    assert said == "Another command uses the server that DATABASE_URL names; wait until it is done."


@pytest.mark.slow
@pytest.mark.servers
@by_server
def test_a_run_whose_server_dies_keeps_its_rounds_says_so_and_goes_on(marked: Marked, name: str) -> None:
    long = ("--profile", "ci", "--apps", "wsgi", "--workloads", "create-item", "--rounds", "2")
    process = marked.start("run", *long, "--database", name, PATH=marked.path)
    read_until(process, "Round 2 of 2")
    (load,) = marked.alive("bench.load")
    before = load.cpu_times().user
    assert until(lambda: load.cpu_times().user > before + 0.03), "the load has begun"
    servers = marked.servers()
    assert servers
    for server in servers:
        with suppress(psutil.NoSuchProcess):
            server.kill()
    code, said = marked.ended(process)
    run, folder = marked.stored()
    assert code == 2, said
    assert (run.run.status, len(run.rounds)) == ("partial", 1)
    assert f"1 round kept in {folder}; go on with: python -m bench run --resume {run.run.id}" in said
    assert f"The private {engine(name).title} server ended with signal SIGKILL" in said
    assert marked.all_gone()
    assert marked.without_servers()
    done = marked.run("run", "--resume", "latest", PATH=marked.path)
    assert done.returncode == 0, done.stderr
    again, _ = marked.stored()
    assert (again.run.status, len(again.rounds)) == ("complete", 2)
