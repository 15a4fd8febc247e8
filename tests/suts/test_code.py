"""An app's code in a word: it changes with the code and with nothing else."""

from pathlib import Path

from bench.suts.code import digest, files


def test_it_changes_with_names_and_contents_and_not_with_what_python_leaves(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "a.py").write_text("one")
    (tmp_path / "b.py").write_text("two")
    before = digest(tmp_path)
    (tmp_path / "views" / "__pycache__").mkdir()
    (tmp_path / "views" / "__pycache__" / "a.pyc").write_text("compiled")
    assert digest(tmp_path) == before
    seen = {before}
    (tmp_path / "b.py").write_text("tw0")
    seen.add(digest(tmp_path))
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    seen.add(digest(tmp_path))
    (tmp_path / "c.py").unlink()
    seen.add(digest(tmp_path))
    assert len(seen) == 4
    assert [path.name for path in files(tmp_path, ["views"])] == []
    assert digest(tmp_path, "flask-orm") not in {*seen, digest(tmp_path)}
