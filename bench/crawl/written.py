"""The settings of the Scrapy project and the versions that it runs on, as a run stores them."""

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
    """The versions of Scrapy and of the packages in which it spends most of its time."""
    return {name: version for name, version in _pins() if name in _TOLD}


def _pins() -> Iterator[tuple[str, str]]:
    for line in _PINS.read_text("utf-8").splitlines():
        try:
            requirement = Requirement(line.partition("#")[0].strip())
        except InvalidRequirement:
            continue
        yield requirement.name, str(requirement.specifier).removeprefix("==")
