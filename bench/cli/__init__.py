"""The command line: the only place that parses arguments, prints and exits.

What measures is imported by the command that needs it, so that `--help` and `list` stay quick.

Exit codes: 0 all is well; 1 a violation, or something could not be measured; 2 the command could not be done; 130
interrupted.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from bench.cli import apps, comparing, exits, measuring, stored
from bench.cli.console import ERR


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its code; nothing a user can do ends in a traceback."""
    sys.exit(exits.code_of(lambda: _commands.main(arguments, "python -m bench", standalone_mode=False), ERR))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def _commands() -> None:
    """Measure the same small application in many Python web frameworks.

    `make bench` does it all; these are the parts.
    """


for _command in (
    *(apps.list_, apps.setup_, apps.lock_, apps.serve_, apps.verify_),
    *(measuring.run_, measuring.micro_, measuring.calibrate_),
    *(stored.report_, stored.export_, stored.site_),
    comparing.compare_,
):
    _commands.add_command(_command)
