"""Private servers: gone after the command, however that ends, and where they do not start, why."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from bench.databases import mysql, private
from bench.databases.address import Address
from bench.databases.private import ServerHome
from bench.errors import DatabaseError, SetupError
from bench.host.protocol import Host
from bench.workspace import ROOT

SERVES = """
import sys, time
from pathlib import Path
from bench import databases
with databases.find(sys.argv[1]).seeded(Path()) as template:
    print(template.server, *template.copy("one").processes(), flush=True)
    time.sleep(60)
"""


def stopped(place: ServerHome, code: str, *, ready: bool) -> None:
    command = (sys.executable, "-c", code)
    with private.running(place, command, signal.SIGTERM, lambda: ready, "made-up"):
        pass


@pytest.fixture
def place(tmp_path: Path, host: Host) -> ServerHome:
    return ServerHome(tmp_path, {}, "secret", host)


def test_a_server_that_does_not_start_says_why(place: ServerHome) -> None:
    with pytest.raises(SetupError, match=r"(?s)made-up server ended with exit code 3; the end of its log:\n  no luck$"):
        stopped(place, "import sys; print('no luck'); sys.exit(3)", ready=False)


def test_a_server_that_hangs_is_given_up(place: ServerHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_READY_WITHIN_S", 0.05)
    with pytest.raises(SetupError, match=r"was not ready within 0\.05 s"):
        stopped(place, "import time; time.sleep(60)", ready=False)


def test_a_server_that_dies_while_it_is_used_is_the_reason(place: ServerHome) -> None:
    with pytest.raises(DatabaseError, match=r"made-up server ended with exit code 3; the end of its log:\n  no luck$"):
        used(place, "import sys; print('no luck'); sys.exit(3)")


def test_what_else_fails_while_it_is_used_is_said_as_ever(place: ServerHome) -> None:
    with pytest.raises(DatabaseError, match=r"^It cannot be used\.$"):
        used(place, "import time; time.sleep(60)")


def used(place: ServerHome, code: str) -> None:
    with private.running(place, (sys.executable, "-c", code), signal.SIGTERM, lambda: True, "made-up"):
        raise DatabaseError("It cannot be used.")


def test_what_lays_out_files_and_fails_says_why(place: ServerHome) -> None:
    with pytest.raises(SetupError, match=r"(?s)could not lay out a database in .*\nno space$"):
        place.make([sys.executable, "-c", "import sys; sys.exit('no space')"])


def test_a_file_with_a_password_is_nobody_elses(place: ServerHome) -> None:
    assert stat.S_IMODE(place.write("password", "secret").stat().st_mode) == 0o600


def test_a_mariadb_keeps_its_temporary_tables_where_no_other_deletes_them(tmp_path: Path) -> None:
    """As each does that starts, with what it finds in the folder for its own; the program that lays out files too."""
    commands: list[Any] = []
    host: Any = SimpleNamespace(run=lambda command, *_, **__: commands.append(command) or CompletedProcess(command, 0))
    server = Address("mysql", "127.0.0.1", 1, "me", "secret", "mysql")
    commands.append(
        mysql.engine({}).lay_out(Path("/usr/sbin/mariadbd"), ServerHome(tmp_path, {}, "secret", host), server)
    )
    assert len(commands) == 2
    assert all(f"--tmpdir={tmp_path}" in command for command in commands)


def test_another_account_gets_a_folder_that_it_can_pass_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(closed))
    assert private._ours(passable=False).parent == closed
    monkeypatch.setattr(private, "_TEMPORARY", ())
    with pytest.raises(SetupError, match="No temporary folder is open to the account of the server"):
        private._ours(passable=True)


def test_a_folder_that_is_open_to_us_by_a_capability_alone_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One below a folder that is closed to our account, as far as its number says."""
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "below"))
    monkeypatch.setattr(private, "_TEMPORARY", (tmp_path,))
    monkeypatch.setattr(os, "access", lambda folder, mode: folder == tmp_path)
    assert private._ours(passable=False).parent == tmp_path


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    theirs = tmp_path / f"fairground-{os.geteuid()}"
    theirs.mkdir()
    theirs.chmod(0o777)
    monkeypatch.setattr(private, "_passable", lambda folder: True)
    with pytest.raises(SetupError, match="belongs to somebody else; let TMPDIR name a folder of your own"):
        private.place("postgresql", ("postgres",), host).__enter__()


def gone(pids: list[int], within_s: float = 20.0) -> bool:
    until = time.monotonic() + within_s
    while any(psutil.pid_exists(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.parametrize("name", ["postgresql", "mysql"])
def test_it_starts_in_a_folder_with_a_long_name(name: str) -> None:
    """The name of a socket may have some hundred characters."""
    # Not below the folder of pytest, which is closed to the account of PostgreSQL.
    with tempfile.TemporaryDirectory(prefix="long-" * 24, dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with subprocess.Popen(
            [sys.executable, "-c", SERVES, name],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": folder},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            pids = [int(word) for word in process.stdout.readline().split()]
            process.send_signal(signal.SIGINT)
        assert pids
        assert gone(pids)


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.parametrize("name", ["postgresql", "mysql"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_it_does_not_outlive_its_command(name: str, how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVES, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pids = [int(word) for word in process.stdout.readline().split()]
        assert pids
        process.send_signal(how)
    assert gone(pids)


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.parametrize("name", ["postgresql", "mysql"])
def test_what_two_kills_left_is_ended_by_the_next_command(name: str, host: Host) -> None:
    """That of the command, and that of the process which ends what the command started."""
    with subprocess.Popen([sys.executable, "-c", SERVES, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pids = [int(word) for word in process.stdout.readline().split()]
        guards = [child for child in psutil.Process(process.pid).children() if "guard" in " ".join(child.cmdline())]
        for guard in guards:
            guard.kill()
        process.kill()
    assert guards
    assert not gone(pids, 0.2), "nobody was left to end it"
    left = Path(psutil.Process(pids[0]).cwd()).parent
    os.utime(left, (0, 0))
    with private.place(name, (name,), host) as place:
        assert gone(pids)
        assert not left.exists()
        assert place.folder.exists()
