"""Going to another machine by ssh: the command, the streams of a program there, and the sentence where it ends."""

import shlex
import time
from collections.abc import Callable
from functools import partial

import pytest

from bench.errors import AgentError, SetupError, UsageError
from bench.host import receiver, ssh
from bench.host.lines import Door
from bench.host.protocol import Host
from tests.commands import until

NEAR, FAR = Door("192.0.2.1", 7), Door("192.0.2.2", 8)
STAYS_HERE = """sh -c 'for last; do :; done; exec sh -c "$last"' ssh"""
"""An ssh that runs what it is to run there on this machine."""
ECHO = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin: print('heard', line.strip(), flush=True)\n"
SAYS_WHY = "import sys; print('one', file=sys.stderr); print('other.', file=sys.stderr); sys.exit({})"


@pytest.fixture
def opened(host: Host, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    monkeypatch.setenv(ssh.PROGRAM, STAYS_HERE)
    return partial(ssh.channel, "box", near=NEAR, far=FAR, host=host)


def test_the_words_of_the_command() -> None:
    words = ssh.command_line("me@box", "print(1)", NEAR, FAR, {ssh.PROGRAM: "other -F 'a file'"})
    assert words[:3] == ["other", "-F", "a file"]
    assert words[-6:-1] == ["ServerAliveInterval=5", "-L", "192.0.2.1:7:192.0.2.2:8", "--", "me@box"]
    assert "BatchMode=yes" in words
    assert not set(words[-1].partition("-c ")[2].strip("'")) & set("'\\!$`"), "every shell reads it alike"
    assert ssh.command_line("box", "", NEAR, FAR, {})[0] == "ssh"
    with pytest.raises(UsageError, match="FAIRGROUND_SSH is no command: No closing quotation"):
        ssh.command_line("box", "", NEAR, FAR, {ssh.PROGRAM: "ssh 'a"})


def test_the_far_end_hears_us_and_ends_when_we_leave(
    opened: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "_BEAT_S", 0.01)
    with opened(source=ECHO) as channel:  # type: ignore[attr-defined]
        assert channel.line() == "ready"
        channel.send(b"a word\n")
        assert channel.line() == "heard a word"
        with channel.beating():
            assert [channel.line() for _ in range(3)] == ["heard"] * 3
        process = channel._process
        began = time.monotonic()
    assert process.poll() == 0
    assert time.monotonic() - began < ssh._LEAVE_WITHIN_S, "it was not waited for in vain"


def test_one_that_ends_says_why_and_hears_no_more(opened: Callable[..., object]) -> None:
    with opened(source=SAYS_WHY.format(receiver.REFUSED)) as channel:  # type: ignore[attr-defined]
        assert until(lambda: channel._process.poll() is not None)
        channel.send(b"anybody?\n")
        with pytest.raises(AgentError, match=r"^box cannot be made ready\. other\.$"):
            channel.line()


def test_without_the_program_there_is_a_way_out(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ssh.PROGRAM, shlex.quote("/no where/ssh"))
    with (
        pytest.raises(SetupError, match=r"^/no where/ssh cannot be started \(No such file or directory\): `apt-get"),
        ssh.channel("box", "", NEAR, FAR, host),
    ):
        pass


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        (255, "ssh: Could not resolve hostname box: Name or service not known", "ssh finds no machine called box: "),
        (255, "No ED25519 host key is known.\nHost key verification failed.", "ssh does not know the key that box"),
        (255, "me@box: Permission denied (publickey).", "box takes none of the keys that ssh offers"),
        (255, "ssh: connect to host box port 22: Connection refused", "ssh does not come to box (ssh: connect to host"),
        (255, "", "ssh does not come to box (without a word): `ssh box true` must work without a question."),
        (127, "bash: line 1: exec: python3: not found", "There is no python3 on box: "),
        (1, "OSError: [Errno 28] No space left on device", "The disk of box is full: "),
        (receiver.REFUSED, "\x1b[0mnoise\nThere is no make.", "box cannot be made ready. There is no make."),
        (2, "a\nb", "box cannot be made ready; the end of what was said there:\na\nb"),
        (None, "a", "box cannot be made ready; the end of what was said there:\na"),
    ],
)
def test_each_end_is_one_sentence(code: int | None, said: str, expected: str) -> None:
    assert ssh.failure("box", code, said).startswith(expected)
    assert "No space left on device" not in ssh.failure("box", code, said), "the room on our disks is no help"
