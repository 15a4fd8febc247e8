"""How a command ends when the shell interrupts it."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.workspace import ROOT

INTERRUPTED = """
import os, signal, sys
from rich.console import Console
from bench.cli import exits

def command():
    opened = open(os.devnull)
    os.kill(os.getpid(), signal.{name})
    opened.close()

sys.exit(exits.code_of(command, Console(stderr=True)))
"""


UNRAISABLE = """
import gc, os, signal, sys, threading, time
from rich.console import Console
from bench.cli import exits

def interrupt(*_):
    gc.callbacks.clear()
    os.kill(os.getpid(), signal.{name})
    time.sleep(0)

class Finalized:
    __del__ = interrupt

class Broken:
    def __del__(self):
        1 / 0

def command():
    {place}
    time.sleep(2)

sys.exit(exits.code_of(command, Console(stderr=True)))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_between_opening_and_closing_a_file_is_no_warning(name: str) -> None:
    """With warnings as errors, Python would print a traceback for the file that the interruption left open."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", INTERRUPTED.format(name=name)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("place", ["gc.callbacks.append(interrupt); gc.collect()", "Finalized()"])
def test_an_interruption_where_python_cannot_raise_it_is_not_lost(name: str, place: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNRAISABLE.format(name=name, place=place)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


def test_nor_is_it_where_python_takes_long_to_leave_the_place() -> None:
    slow = "start = threading.Thread.start; threading.Thread.start = lambda thread: (start(thread), time.sleep(0.2))"
    code = UNRAISABLE.format(name="SIGTERM", place=f"{slow}; Finalized()")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


def test_what_else_cannot_be_raised_is_told_as_ever() -> None:
    code = UNRAISABLE.format(name="SIGINT", place="Broken(); sys.exit(3)")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stderr


def test_who_was_told_to_ignore_ctrl_c_does() -> None:
    """`nohup` and a shell's background jobs start a process with SIGINT ignored."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(name="SIGINT")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_of_our_own_is_no_verdict() -> None:
    """Python would end with 1 by itself."""
    code = INTERRUPTED.format(name="SIGINT").replace("opened = open", "1 / 0; opened = open")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.endswith("This is a fault of Fairground; please report it.\n")


@pytest.mark.parametrize(
    ("module", "said"), [("_sqlite3", "was built without it. Name another Python"), ("pydantic", "run through make")]
)
def test_what_python_lacks_is_told(module: str, said: str) -> None:
    lacking = f"import sys, runpy; sys.modules[{module!r}] = None; sys.argv[1:] = ['list']"
    code = f"{lacking}; runpy.run_module('bench', None, '__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert module in done.stderr
    assert said in done.stderr


def test_output_that_cannot_be_written_is_no_success(tmp_path: Path) -> None:
    """As on a full disk."""
    with (tmp_path / "log").open("w") as log:
        done = subprocess.run(
            [sys.executable, "-m", "bench", "list"],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        )
    assert done.returncode == 2
    assert "File too large" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_interruption_before_the_command_line_is_read_is_no_traceback() -> None:
    code = (
        "import runpy, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'bench.cli':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "runpy.run_module('bench', None, '__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")
