"""New names for apps that stored runs call by an old one. Pure; takes and returns JSON as it was loaded.

py4web was called web2py, after its folder, and the floors "bare". A series continues under the new name, and no figure
of py4web stands under the name of web2py.
"""

import re
from typing import Any

Json = dict[str, Any]

_OLD, _NEW = "web2py", "py4web"
_LABELS = (
    (re.compile(r"^web2py \(py4web engine\)"), "py4web"),
    (re.compile(r"^Bare ([AW]SGI)( \d\S*)?"), r"no framework (\1)"),
)


def up_to_date(stored: Json) -> Json:
    """A stored run of the current schema with the current names of SUTs; the same object where all are current."""
    suts = stored.get("suts")
    if not isinstance(suts, list) or not all(isinstance(sut, dict) for sut in suts):  # whoever checks the whole says so
        return stored
    labels = [_label(sut.get("label")) for sut in suts]
    names = {sut["id"]: _NEW + sut["id"].removeprefix(_OLD) for sut in suts if _is_misnamed(sut)}
    if names:
        names[_OLD] = _NEW  # the app's own name, where only a SUT on another server was measured
        stored = {part: content if part == "environment" else _with(names, content) for part, content in stored.items()}
    elif labels == [sut.get("label") for sut in suts]:
        return stored
    relabelled = [sut | {"label": label} for sut, label in zip(stored["suts"], labels, strict=True)]
    return stored | {"suts": relabelled}


def _is_misnamed(sut: Json) -> bool:
    """Whether a SUT has the name of web2py and the package of py4web."""
    return (sut.get("key") or {}).get("app") == _OLD and _NEW in (sut.get("versions") or {})


def _label(label: Any) -> Any:
    for old, new in _LABELS if isinstance(label, str) else ():
        label = old.sub(new, label)
    return label


def _with(names: dict[str, str], part: Any) -> Any:
    """A part of a run with every id among `names` replaced, as key and as value, but not within a longer text."""
    if isinstance(part, dict):
        return {names.get(key, key): _with(names, value) for key, value in part.items()}
    if isinstance(part, list):
        return [_with(names, value) for value in part]
    return names.get(part, part) if isinstance(part, str) else part
