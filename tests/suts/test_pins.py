"""What a compiled lock pins."""

from pathlib import Path

from bench.suts import pins


def test_exact_versions_are_pins_by_the_name_that_an_index_compares(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "# compiled\n"
        "-c ../servers.txt\n"
        "Sql_Alchemy==2.0.1  # via x\n"
        "    # via\n"
        "zope.interface[test]==7.2 ; sys_platform == 'win32'\n"
        "hashed==1.0 \\\n"
        "    --hash=sha256:abc\n"
        "inline==1.0 --hash=sha256:abc\n"
        "loose>=1\n"
        "local @ https://example.org/local.whl#sha256=abc\n"
        "\n"
        "./folder\n"
    )
    assert pins.locked(tmp_path / "requirements.txt") == {"sql-alchemy", "zope-interface", "hashed", "inline"}
