"""The end of a command: its exit code, and for a failure one sentence.

0 all is well; 1 a violation, or something could not be measured; 2 the command could not be done; 3 no violation but of
clauses of the group `hardening`; 130 interrupted.
"""

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.text import Text

from bench.cli import streams
from bench.errors import BenchError
from bench.words import printable

_AGAIN_S = 0.01
_OF_PYTHON = {name.lstrip("_") for name in sys.stdlib_module_names}
_OUR_FAULT, _NO_READER = 70, 141
"""EX_SOFTWARE of sysexits(3), and as in a shell 128 plus the number of SIGPIPE."""


def code_of(command: Callable[[], Any], console: Console, advice: Callable[[str], str] = lambda _: "") -> int:
    """Do a command and return its exit code; a failure is printed on `console`, with a traceback only if the fault is
    ours, and with the `advice` that a sentence calls for.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    for which, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(which) is usual:  # a shell, or nohup, may have told us to ignore it
            signal.signal(which, _interrupt)
    sys.unraisablehook = _interrupt_again
    try:
        code: int = command() or 0
        streams.finish()
    except click.exceptions.Exit as end:  # of --help
        return end.exit_code
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (Python's own code for a fault is 1)
        return _explain(error, console, advice)
    return code


def lacking(error: ModuleNotFoundError) -> str:
    """The sentence on an import that fails: a part of Python is missing, or the tool's own environment."""
    module = f"The module {error.name!r} is missing here"
    if (error.name or "").lstrip("_").partition(".")[0] in _OF_PYTHON:
        return f"{module}: {sys.executable} was built without it. Name another Python: make setup PYTHON=..."
    return f"{module}: run through make, which installs what is needed, or with .venv/bin/python."


_ENDS: tuple[tuple[type[BaseException], int, Callable[[Any], str]], ...] = (
    (BenchError, 2, str),
    (click.exceptions.NoArgsIsHelpError, 2, lambda error: str(error.format_message())),
    (click.ClickException, 2, lambda error: f"{error.format_message()} Try --help."),
    (BrokenPipeError, _NO_READER, lambda _: ""),
    (OSError, 2, lambda error: f"The system would not do it: {error}."),
    (ModuleNotFoundError, 2, lacking),
    (KeyboardInterrupt, 130, lambda _: "Stopped."),
    (click.Abort, 130, lambda _: "Stopped."),
    (Exception, _OUR_FAULT, lambda _: f"{traceback.format_exc()}This is a fault of Fairground; please report it."),
)
"""By the exception that ends a command: its exit code and its sentence."""


def _explain(error: BaseException, console: Console, advice: Callable[[str], str]) -> int:
    code, sentence = next((code, say(error)) for kind, code, say in _ENDS if isinstance(error, kind))
    if isinstance(error, OSError):
        streams.abandon()
    with contextlib.suppress(OSError):  # nobody is left to be told
        if console.is_terminal and code == 130:
            console.print()  # behind the ^C
        if sentence:
            style = "" if isinstance(error, click.exceptions.NoArgsIsHelpError) else "bold red"
            console.print(Text(printable(sentence + advice(sentence)), style=style), soft_wrap=True)
    return code


def _interrupt(*_: object) -> NoReturn:
    # It comes between any two instructions, so also between the opening of a file and the `with` that closes it. The
    # interpreter closes such a file; that it warns of it first is no use to whoever pressed Ctrl-C.
    warnings.simplefilter("ignore", ResourceWarning)
    raise KeyboardInterrupt


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """An interruption within a finalizer, or a callback of the garbage collector (Hypothesis has one), cannot be raised
    there: Python would print it and go on. So it is sent once more, from a thread.
    """
    if lost.exc_type is KeyboardInterrupt:
        threading.Thread(target=_send_again, daemon=True).start()
    else:
        sys.__unraisablehook__(lost)


def _send_again() -> None:
    """Send an interruption once the main thread has left the hook: in there it would be lost like the first one."""
    main = threading.main_thread().ident or 0
    while (frame := sys._current_frames().get(main)) and _within_hook(frame):
        time.sleep(_AGAIN_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _within_hook(frame: FrameType) -> bool:
    return any(outer.f_code is _interrupt_again.__code__ for outer, _ in traceback.walk_stack(frame))
