"""A machine of servers that ssh reaches: what is sent there, what is said meanwhile, and the access that comes of it.

The other machine is this one, and its suite a small one, whose agent only says that it is there.
"""

import json
from pathlib import Path

import pytest

from bench.errors import AgentError
from bench.host import ssh
from bench.host.checkout import ORIGIN, Checkout, Origin
from bench.host.lines import Door
from bench.host.protocol import Host
from bench.measure import parcel, server_host
from bench.measure.here import LocalGround
from bench.measure.reaching import Access
from bench.measure.server_host import ServerHost
from tests import builders
from tests.host.test_receiver import MAKEFILE
from tests.host.test_ssh import STAYS_HERE

AGENT = """\
import json, pathlib, sys
pathlib.Path("asked").write_text(json.dumps(sys.argv[1:]))
print("somewhere:1 secret", flush=True)
sys.stdin.read()
"""
BOX = ServerHost("me@box", "192.0.2.7")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "suite"
    for name, text in {
        "Makefile": MAKEFILE,
        "requirements.txt": "",
        "bench/__main__.py": AGENT,
        "apps/one_app/app.py": "one",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def here(root: Path, host: Host, monkeypatch: pytest.MonkeyPatch) -> LocalGround:
    monkeypatch.setenv(ssh.PROGRAM, STAYS_HERE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
    return LocalGround(host, builders.workspace(root))


def copy(root: Path) -> Path:
    (folder,) = (root.parent / "cache" / "fairground").iterdir()
    return folder


def test_an_agent_is_started_on_a_copy_of_the_suite_which_stays(here: LocalGround, root: Path) -> None:
    said: list[str] = []
    for expected in (["Copying the suite to me@box (0.0 MB).", "Setting the suite up on me@box."],
                     ["Setting the suite up on me@box."]):  # fmt: skip
        said.clear()
        with server_host.access(BOX, here, said.append) as access:
            assert (access.token, str(access.door), access.door.host) == ("secret", "me@box", here.host.address)
        assert said == expected
    agent, listen, far, attached, *at = json.loads((copy(root) / "asked").read_text())
    assert (agent, listen, attached, at) == ("agent", "--listen", "--attached", ["--servers-at", "192.0.2.7"])
    assert far.startswith(f"{here.host.address}:2") or far.startswith(f"{here.host.address}:3")
    assert Checkout(copy(root)).origin() == Origin(None, False, here.facts().no_commit)


def test_an_agent_that_says_nothing_of_the_kind_is_none(here: LocalGround, root: Path) -> None:
    (root / "bench" / "__main__.py").write_text("print('hello')")
    with pytest.raises(AgentError, match="no agent of Fairground"), server_host.access(BOX, here, lambda _: None):
        pass
    (root / "bench" / "__main__.py").write_text("raise SystemExit('Nothing can listen there.')")
    with pytest.raises(AgentError, match=r"Nothing can listen there\."), server_host.access(BOX, here, lambda _: None):
        pass


def test_an_agent_that_runs_already_is_come_to_as_it_is(here: LocalGround) -> None:
    running = Access(Door("192.0.2.1", 7), "token")
    with server_host.access(running, here, lambda _: None) as access:
        assert access is running


def test_a_parcel_is_known_by_what_is_in_it(root: Path) -> None:
    origin = Origin("abc", False, "")
    first = parcel.packed(root, origin).digest
    (root / "bench" / "__pycache__").mkdir()
    (root / "bench" / "__pycache__" / "old.pyc").touch()
    (root / ".venv").mkdir()
    assert parcel.packed(root, origin).digest == first
    seen = {first, parcel.packed(root, Origin("abc", True, "")).digest}
    (root / "apps" / "one_app" / "app.py").chmod(0o755)
    seen.add(parcel.packed(root, origin).digest)
    (root / "apps" / "one_app" / "app.py").write_text("two")
    seen.add(parcel.packed(root, origin).digest)
    (root / "apps" / "one_app" / "app.py").rename(root / "apps" / "one_app" / "other.py")
    seen.add(parcel.packed(root, origin).digest)
    assert len(seen) == 5
    assert ORIGIN not in {path.name for path in root.iterdir()}, "only the copy has it"
