"""How long the apps are, and how much of that is there for the contract alone: `python -m tests.suts.app_lines`.

Plumbing is what stands in modules of these names: errors as the contract words them, bodies, numbers and rules that are
read and checked by hand, and what corrects the framework on the way in and out.
"""

from bench.micro.footprint import lines, lines_of_files
from bench.suts import manifest
from bench.workspace import ROOT

PLUMBING = frozenset(
    {
        *("errors", "problems", "renderers"),
        *("bodies", "parsers", "submission"),
        *("numerals", "pagination", "rules", "validation"),
        *("dispatcher", "middleware", "request"),
    }
)


def table() -> list[str]:
    """A row of Markdown for each app, shortest core first."""
    apps = [manifest.load(path.parent) for path in sorted((ROOT / "apps").glob("*_app/app.toml"))]
    rows = []
    for app in apps:
        by_group = lines(app)
        core = by_group.pop("core")
        plumbing = {path.stem: count for path, count in lines_of_files(app) if path.stem in PLUMBING}
        share = f"{sum(plumbing.values())} ({sum(plumbing.values()) / core:.0%})"
        named = ", ".join(f"`{name}` {count}" for name, count in sorted(plumbing.items()))
        groups = f"{sum(by_group.values())} in {len(by_group)}"
        rows.append((core, f"| {app.label} | {core} | {share} | {named} | {groups} |"))
    heads = ["| app | core | plumbing | of it by module | groups |", "|---|---|---|---|---|"]
    return heads + [row for _, row in sorted(rows)]


if __name__ == "__main__":
    print("\n".join(table()))
