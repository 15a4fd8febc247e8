"""How long each database takes to be put back: `python -m tests.databases.restoring`."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import databases
from bench.databases.protocol import Database, Template

TIMES = 10


def median_ms(work: Callable[[], object]) -> float:
    """The median time of one call, in milliseconds."""
    spent = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def inserted(database: Database) -> None:
    """The other way: every row is sent again."""
    rows = database.rows()
    database.repair({}, rows)
    database.repair(rows, {})


def row(name: str, template: Template) -> str:
    database = template.copy("restoring")
    copied = median_ms(lambda: template.copy("copied"))
    restored = median_ms(database.restore)
    return f"| {name} | {copied:.0f} ms | {restored:.0f} ms | {median_ms(lambda: inserted(database)):.0f} ms |"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, databases.seeded(databases.ENGINES, Path(folder)) as templates:
        print("| | a new copy | put back | row by row |\n|---|---|---|---|")
        for name, template in templates.items():
            print(row(name, template), flush=True)
