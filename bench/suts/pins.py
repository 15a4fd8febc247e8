"""The names in a file of pinned requirements."""

import re
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_REST = re.compile(r"#| --|\\")
"""The beginning of a comment, an option or a continuation."""


def locked(requirements: Path) -> set[str]:
    """The distributions that a compiled requirements file pins, by their normalised names."""
    lines = requirements.read_text("utf-8").splitlines()
    return {name for line in lines if (name := _pinned(_REST.split(line)[0].strip()))}


def _pinned(line: str) -> str:
    """The distribution that a line pins to one version; else empty."""
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return ""
    exact = any(specifier.operator == "==" for specifier in requirement.specifier)
    return canonicalize_name(requirement.name) if exact else ""
