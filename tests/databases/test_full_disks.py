"""What an app does while the disk of its database is full: it refuses writes with an error, goes on reading, has lost
nothing that it acknowledged, and writes again as soon as there is room.

The disk is a small one in memory, which only root can mount.
"""

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.contract.client import Client
from bench.contract.fields import encode, fields
from bench.contract.message import Request
from bench.databases import private
from bench.databases.protocol import Database, Template
from bench.databases.served import ServedTemplate
from bench.databases.sqlite import Sqlite
from bench.host import local
from bench.host.protocol import Host
from bench.model import App
from bench.suts import checkouts, environments
from bench.workspace import ROOT
from tests.databases.asking import APPS, SERVERS, asked, created, engine, status, tried_with
from tests.here import EVERY, HERE
from tests.skips import NO_SMALL_DISK, NO_WEB2PY

pytestmark = pytest.mark.servers
LONG = encode(fields(name="Refused or not", description="x" * 500))
MOST = 5_000
"""A database has room for fewer such rows in what it has reserved already."""
_PIECE = bytes(1 << 16)
_OWN_MOUNTS = 0x20000
"""CLONE_NEWNS of `unshare`, which Python offers from 3.12 on."""
_OWN_SETTINGS = {"postgresql": (), "mysql": ("--innodb-log-file-size=10M",)}
"""The log of changes fits on the disk."""


@dataclass(frozen=True)
class Disk:
    """A file system of its own, at `folder`."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Without a single free block."""
        ballast = self.folder / "ballast"
        try:
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                while file.write(_PIECE) == len(_PIECE):
                    pass
                file.write(b"x")
            yield
        finally:
            ballast.unlink()


@pytest.fixture(scope="module", autouse=True)
def apart() -> None:
    mount_apart()


def mount_apart() -> None:
    """What this process mounts from here on is seen by itself and its children alone, and so is gone with the last of
    them, also where they are killed.
    """
    if sys.platform == "linux" and not ctypes.CDLL(None).unshare(_OWN_MOUNTS):
        with suppress(FileNotFoundError):
            subprocess.run(["mount", "--make-rprivate", "/"], check=False, capture_output=True)


@contextmanager
def mounted(folder: Path, mebibytes: int, owner: int = 0) -> Iterator[Disk]:
    """A disk of that size, whose root belongs to `owner`."""
    folder.mkdir(exist_ok=True)
    options = f"size={mebibytes}m,mode=0700,uid={owner},gid={owner}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip(NO_SMALL_DISK)
    except FileNotFoundError:
        pytest.skip(NO_SMALL_DISK)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def refused(client: Client) -> set[int]:
    """Create items until that is refused; returns the ids of those that were acknowledged."""
    acknowledged: set[int] = set()
    while len(acknowledged) < MOST:
        answer = client.send(Request("POST", "/items", LONG))
        if answer.status == 500:
            return acknowledged
        assert answer.status == 201
        acknowledged.add(json.loads(answer.body)["id"])
    raise AssertionError("the disk is not full")


def check(client: Client, database: Database, disk: Disk) -> None:
    before = created(client, "Acknowledged")
    with disk.full():
        acknowledged = refused(client)
        assert status(client, "GET", f"/items/{before}") == 200
        assert status(client, "POST", "/items", LONG) == 500
    assert status(client, "POST", "/items", LONG) == 201
    rows = database.rows()
    assert {before, *acknowledged} <= rows.keys()
    names = [row.name for row in rows.values()]
    assert names.count("Refused or not") == len(acknowledged) + 1, "nothing that was refused is there"


KEEPS_ONE = """
import sys, time
from pathlib import Path
from tests.databases import test_full_disks as disks
disks.mount_apart()
with disks.mounted(Path(sys.argv[1]), 1):
    print("mounted", flush=True)
    time.sleep(60)
"""


def test_a_killed_test_leaves_no_disk_behind(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    with subprocess.Popen(
        [sys.executable, "-c", KEEPS_ONE, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        if not process.stdout.readline():
            pytest.skip(NO_SMALL_DISK)
        process.kill()
    assert str(folder) not in Path("/proc/mounts").read_text("utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Template, Disk]]:
    """SQLite's files on a disk of their own."""
    with mounted(tmp_path_factory.mktemp("small"), 64) as disk, Sqlite().seeded(disk.folder) as template:
        yield template, disk


@tried_with(*APPS)
def test_a_full_disk_below_sqlite(
    installed: dict[str, App], app: str, small: tuple[Template, Disk], host: Host, tmp_path: Path
) -> None:
    template, disk = small
    database = template.copy(app)
    with asked(installed[app], "sqlite", database.url, host, tmp_path) as client:
        check(client, database, disk)


@pytest.mark.slow
def test_a_full_disk_below_web2py(small: tuple[Template, Disk], host: Host, tmp_path: Path) -> None:
    """pydal's pool says nothing of a commit that fails."""
    (web2py,) = (app for app in EVERY if app.name == "web2py")
    if checkouts.why_absent(web2py):
        pytest.skip(NO_WEB2PY)
    environments.ensure(web2py, HERE.state)
    template, disk = small
    database = template.copy("web2py")
    with asked(web2py, "sqlite", database.url, host, tmp_path) as client:
        check(client, database, disk)


@pytest.fixture(scope="module", params=SERVERS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, ServedTemplate, Disk]]:
    """A private server whose files are on a disk of their own."""
    name: str = request.param
    made = engine(name)
    with (
        local.host() as host,
        private.place(name, (made.account,), host) as place,
        mounted(place.folder / "data", 256, place.account.get("user", 0)) as disk,
    ):
        server = made._address(place.password, host)
        command = (*made.lay_out(made._program(), place, server), *_OWN_SETTINGS[name])
        with private.running(place, command, made.stop, lambda: made._answers(server), made.title):
            with made.dialect.opened(server) as session:
                made.dialect.plant(session, server)
            yield name, ServedTemplate(made.dialect, server, None, None), disk


@tried_with(*APPS)
def test_a_full_disk_below_a_server(
    installed: dict[str, App], app: str, served: tuple[str, ServedTemplate, Disk], host: Host, tmp_path: Path
) -> None:
    name, template, disk = served
    database = template.copy("full")
    if name == "postgresql":
        # A new segment of the log, so that what is written meanwhile needs no other: without one the server would end.
        with template.dialect.opened(template.address) as session:
            session.run("SELECT pg_switch_wal()")
            session.run("CHECKPOINT")
    with asked(installed[app], name, database.url, host, tmp_path) as client:
        check(client, database, disk)
