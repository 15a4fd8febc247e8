"""What the end of a command is to the shell: its exit code, and for a failure one sentence.

0 all is well; 1 a violation, or something could not be measured; 2 the command could not be done; 3 no violation but of
clauses of the group `hardening`; 130 interrupted.
"""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.text import Text

from bench.errors import BenchError
from bench.words import printable

_AGAIN_S = 0.01


def code_of(command: Callable[[], Any], console: Console) -> int:  # noqa: PLR0911  (one for each way to end)
    """Do a command; whatever goes wrong in it is said on `console` and never ends in a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell may have told us to ignore it
        signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = _interrupt_again
    try:
        return command() or 0
    except BenchError as error:
        return _complain(console, str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        return _complain(console, f"{error.format_message()} Try --help.")
    except BrokenPipeError:
        # Whoever read the output has had enough of it; what Python would flush at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _complain(console, f"The system would not do it: {error}.")
    except (KeyboardInterrupt, click.Abort):
        return _complain(console, "Stopped.", 130)


def _interrupt(*_: object) -> NoReturn:
    # It comes between any two instructions, so also between the opening of a file and the `with` that closes it. The
    # interpreter closes such a file; that it warns of it first is no use to whoever pressed Ctrl-C.
    warnings.simplefilter("ignore", ResourceWarning)
    raise KeyboardInterrupt


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """An interruption within a finalizer, or a callback of the garbage collector (Hypothesis has one), cannot be raised
    there: Python would say so and go on with the command. So it comes once more, a moment later.
    """
    if lost.exc_type is KeyboardInterrupt:
        threading.Timer(_AGAIN_S, os.kill, (os.getpid(), signal.SIGTERM)).start()
    else:
        sys.__unraisablehook__(lost)


def _complain(console: Console, sentence: str, code: int = 2) -> int:
    console.print(Text(printable(sentence), style="bold red"), soft_wrap=True)
    return code
