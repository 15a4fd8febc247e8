"""`python -m bench`."""

import contextlib
import signal
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """An interruption ends what is done here with a word, and one that comes while Python itself ends, without."""
    try:
        yield
    except KeyboardInterrupt:  # before the command line is there to hear it
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    finally:
        for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if callable(signal.getsignal(which)):
                signal.signal(which, signal.SIG_DFL)


if __name__ == "__main__":
    with interruptible():
        try:
            from bench.cli import main
        except ModuleNotFoundError as error:
            print(
                f"{error}: run through make, which installs what is needed, or with .venv/bin/python.", file=sys.stderr
            )
            sys.exit(2)
        main()
