"""What the Scrapy project is set to, and on which versions it runs: as a run stores it."""

import runpy
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from bench.crawl.process import INSIDE

_SETTINGS = INSIDE / "catalog" / "settings.py"
_PINS = Path(__file__).with_name("requirements.txt")
_TOLD = ("scrapy", "twisted", "parsel", "lxml")


def settings() -> dict[str, str]:
    """Every setting of the project, as Python writes it."""
    return {name: repr(value) for name, value in runpy.run_path(str(_SETTINGS)).items() if name.isupper()}


def versions() -> dict[str, str]:
    """Scrapy's version, and those of what most of its time is spent in."""
    return {name: version for name, version in _pins() if name in _TOLD}


def _pins() -> Iterator[tuple[str, str]]:
    for line in _PINS.read_text("utf-8").splitlines():
        try:
            requirement = Requirement(line.partition("#")[0].strip())
        except InvalidRequirement:
            continue
        yield requirement.name, str(requirement.specifier).removeprefix("==")
