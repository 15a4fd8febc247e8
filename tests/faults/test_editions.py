"""An older edition of an app beside the newer one, as users compare them: tiny servers, and the older one prints."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.store import archive, storage
from bench.workspace import Workspace
from tests.commands import Command
from tests.faults import yard
from tests.host.test_checkout import Repository

pytestmark = pytest.mark.servers


def test_an_app_is_measured_beside_an_older_edition_of_itself(
    bench: Command, place: Workspace, tmp_path: Path, undrawn: None
) -> None:
    """And no app that does not differ; tests/test_end_to_end.py has one of ours, in the environment of its commit."""
    yard.add(place, "aged", "prints:0")
    repository, summary = Repository(tmp_path), tmp_path / "summary.md"
    base = repository.commit()[:7]
    manifest = place.apps / "aged_app" / "app.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("prints.", "sound."), "utf-8")
    own = replace(place, root=tmp_path)
    done = bench("run", "--profile", "tiny", "--against", "HEAD", "--markdown", str(summary), within=own)
    assert done.code == 0, done.err
    run = storage.load(archive.latest(own.results))
    assert [(sut.id, sut.base_of) for sut in run.suts] == [("aged", None), (f"aged@{base}", "aged")]
    assert {cell.sut for cell in run.rounds[0].sound_cells()} == {"aged", f"aged@{base}", "twin"}
    (quiet,) = (check.detail for check in run.checks if check.id == "quiet-servers")
    assert f"aged@{base}" in quiet
    assert not re.search(r"\baged\b(?!@)", quiet)
    assert summary.read_text("utf-8").startswith(f"# {base} → the working tree")
    assert json.loads(bench("compare", "--json", within=own).out)["base"] == base
