"""The command line: the only room that parses arguments, prints and exits.

`exits` has the exit codes.
"""

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from bench.cli import disks, exits, streams
from bench.cli.console import ERR
from bench.cli.lazy import LazyGroup
from bench.workspace import Workspace, from_environment

COMMANDS = {
    "list": ("bench.cli.listing:list_", "List apps with their variants, workloads, profiles and servers."),
    "new-app": ("bench.cli.scaffolding:new_app_", "Write the folder of a new app, and list what is left to write."),
    "setup": ("bench.cli.preparing:setup_", "Make the apps' environments (quick when nothing changed)."),
    "lock": ("bench.cli.preparing:lock_", ""),
    "serve": ("bench.cli.serving:serve_", "Print the URL of one app, served until Ctrl-C."),
    "verify": ("bench.cli.verifying:verify_", "Check apps, or any URL, against the contract."),
    "agent": ("bench.cli.agents:agent_", "Serve apps for a run that another machine controls."),
    "fuzz": ("bench.cli.fuzzing:fuzz_", "Send apps requests that are drawn by lot, the same for the same seed."),
    "run": ("bench.cli.measuring:run_", "Verify the apps, measure them, and report."),
    "micro": ("bench.cli.measuring:micro_", "Measure in process only: what a call costs."),
    "crawl": ("bench.cli.crawling:crawl_", "Crawl an app, or any site that keeps the contract, with Scrapy."),
    "generator": (
        "bench.cli.generating:generator_",
        "Be a load generator of a run on another machine, until that ends.",
    ),
    "calibrate": ("bench.cli.calibrating:calibrate_", "Measure the instrument itself: how fast, how quiet."),
    "report": ("bench.cli.stored:report_", "Draw the report of a stored run again."),
    "export": ("bench.cli.stored:export_", "Write a run as JSON that other tools follow."),
    "site": ("bench.cli.publishing:site_", "Build a site of all stored runs: an index, each report, trends."),
    "compare": ("bench.cli.comparing:compare_", "Say what changed from one run to another."),
    "combine": ("bench.cli.combining:combine_", "Put runs of several machines into one report, side by side."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def _commands() -> None:
    """Measure the same small application in many Python web frameworks.

    `make bench` does it all; these are the parts.
    """


def main(arguments: Sequence[str] | None = None, workspace: Workspace | None = None) -> NoReturn:
    """Run a command and exit with its code; nothing a user can do ends in a traceback.

    Without a `workspace` the environment names one.
    """
    streams.prepare()
    place = workspace or from_environment()
    words = sys.argv[1:] if arguments is None else list(arguments)
    sys.exit(exits.code_of(lambda: _do(words, place), ERR, lambda sentence: disks.advice(sentence, place)))


def _do(arguments: list[str], place: Workspace) -> Any:
    """As click's own `main`, which would end with 1 where nobody reads the output."""
    with _commands.make_context("python -m bench", arguments, obj=place) as context:
        return _commands.invoke(context)
