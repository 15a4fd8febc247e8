"""docs/databases.md says which driver each app has: that which its requirements name."""

import re

import pytest

from bench.model import App
from bench.workspace import ROOT
from tests.here import EVERY

ROWS = re.findall(r"^\| (`.*?) \| (.*?) \| (.*?) \|$", (ROOT / "docs/databases.md").read_text("utf-8"), re.MULTILINE)
DRIVERS = {"psycopg 3": "psycopg", "psycopg2": "psycopg2-binary", "PyMySQL": "pymysql", "aiomysql": "aiomysql"}
"""Each as the document calls it, and as requirements do."""
APPS = {app.name: app for app in EVERY if not app.variant_of}


def documented(name: str) -> list[str]:
    """What stands beside the app, in the only row that names it."""
    (words,) = [own for apps, *own in ROWS if f"`{name}`" in apps]
    return words


def required(app: App) -> set[str]:
    lines = app.requirements_in.read_text("utf-8").splitlines()
    return {re.split(r"[^\w-]", line)[0] for line in lines} & set(DRIVERS.values())


def test_nobody_else_is_named() -> None:
    assert {name for apps, *_ in ROWS for name in re.findall(r"`([\w.]+)`", apps)} == APPS.keys()


@pytest.mark.parametrize("name", APPS)
def test_an_app_has_the_driver_that_is_said(name: str) -> None:
    assert APPS[name].databases == ("sqlite", "postgresql", "mysql")
    said = [[package for word, package in DRIVERS.items() if re.search(rf"{word}\b", own)] for own in documented(name)]
    assert all(len(drivers) == 1 for drivers in said)
    assert {driver for drivers in said for driver in drivers} == required(APPS[name])
