"""Commands are imported when they are asked for."""

import json
import subprocess
import sys

import click
import pytest

from bench import cli
from bench.workspace import ROOT

_IMPORTED = """
import json, sys
from bench import cli
try:
    cli.main({arguments!r})
except SystemExit:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_help_of_the_whole_says_of_a_command_what_its_own_does(name: str) -> None:
    context = click.Context(cli._commands)
    command = cli._commands.get_command(context, name)
    assert command is not None
    assert command.name == name
    summary = cli.COMMANDS[name][1]
    assert summary == ("" if command.hidden else command.get_short_help_str(100))
    assert (name in cli._commands.list_commands(context)) == bool(summary)


@pytest.mark.parametrize("arguments", [["--help"], ["list"]])
def test_help_and_list_wait_for_nothing_that_measures_draws_or_computes(arguments: list[str]) -> None:
    code = _IMPORTED.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = json.loads(done.stderr)
    assert "bench.cli" in modules
    slow = {"numpy", "scipy", "jinja2", "bench.load", "bench.report", "bench.measure.session", "bench.micro"}
    assert not slow.intersection(modules)
