"""py4web and the floors under the names that they had."""

import json
from pathlib import Path

import pytest

from bench.store import migrations, renamed, storage
from bench.store.results import SCHEMA_VERSION

OLD = Path(__file__).parent / "data" / "run-v2.json"


def test_a_stored_run_of_py4web_goes_on_under_its_name_with_the_same_figures() -> None:
    stored, loaded = json.loads(OLD.read_text("utf-8")), storage.load(OLD)
    suts = {sut.id: (sut.key.app, sut.label) for sut in loaded.suts}
    assert suts["py4web"] == ("py4web", "py4web 1.20260805.0")
    assert suts["wsgi"] == ("wsgi", "no framework (WSGI)")
    assert "web2py" not in suts
    assert "py4web" in loaded.plan.verified
    for before, after in zip(stored["measurements"], loaded.measurements, strict=True):
        assert (before["sut"].replace("web2py", "py4web"), before["value"]) == (after.sut, after.estimate.value)


@pytest.mark.parametrize(("old", "new"), [("web2py", "py4web"), ("web2py-rocket@1a2b3c4", "py4web-rocket@1a2b3c4")])
def test_an_id_is_replaced_wherever_it_stands_alone(old: str, new: str) -> None:
    sut = {"id": old, "label": "x", "key": {"app": "web2py"}, "versions": {"py4web": "1"}}
    failure = {"sut": old, "workload": "*", "reason": "web2py ended"}
    stored = {"schema_version": SCHEMA_VERSION, "suts": [sut], "failures": [failure], "rounds": [{"start_s": {old: 1}}]}
    loaded = migrations.upgrade(stored)
    assert loaded["suts"] == [sut | {"id": new, "key": {"app": "py4web"}}]
    assert loaded["failures"] == [failure | {"sut": new}]
    assert loaded["rounds"] == [{"start_s": {new: 1}}]


@pytest.mark.parametrize("label", ["Flask 3.1.3", None, "Bareback", "no framework (WSGI)"])
def test_what_has_its_name_is_left_alone(label: str | None) -> None:
    stored = {"suts": [{"id": "web2py", "label": label, "key": {"app": "web2py"}, "versions": {"web2py": "3.3.3"}}]}
    assert renamed.up_to_date(stored) is stored


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bare WSGI 3.11.7", "no framework (WSGI)"),
        ("Bare ASGI 3.11.7 (1a2b3c4)", "no framework (ASGI) (1a2b3c4)"),
        ("web2py (py4web engine) 1.2026", "py4web 1.2026"),
    ],
)
def test_labels_are_those_of_today(old: str, new: str) -> None:
    assert renamed.up_to_date({"suts": [{"id": "x", "label": old}]})["suts"] == [{"id": "x", "label": new}]


@pytest.mark.parametrize("suts", [None, "x", [3], {"id": "x"}])
def test_what_is_no_run_is_left_to_whoever_checks_the_whole(suts: object) -> None:
    stored = {"suts": suts}
    assert renamed.up_to_date(stored) is stored
