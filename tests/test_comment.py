"""The comment under a pull request: there is one, on the right pull request, and it holds nothing but Markdown.

The script stands in the workflow, so that a job which may write needs no checkout. Here it runs in Node, against a
GitHub that is made of answers.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.workspace import ROOT

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs Node to run the script of a workflow")

MARKER = "<!-- fairground: comparison -->"
LONGEST = 65536
SHA = "0123456789abcdef0123456789abcdef01234567"
RUN = {
    "head_sha": SHA,
    "head_branch": "faster",
    "head_repository": {"id": 7, "owner": {"login": "somebody"}},
    "html_url": "https://github.com/us/fairground/actions/runs/1",
}
PULL = {"number": 12, "head": {"sha": SHA, "repo": {"id": 7}}}
BOT = {"login": "github-actions[bot]"}

HARNESS = """
const [script, world] = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const calls = []
const rest = {
  pulls: { list: 'pulls' },
  issues: {
    listComments: 'comments',
    createComment: async what => { calls.push(['create', what]) },
    updateComment: async what => { calls.push(['update', what]) },
  },
}
const github = { rest, paginate: async (which, what) => { calls.push([which, what]); return world[which] } }
const context = { repo: { owner: 'us', repo: 'fairground' }, payload: { workflow_run: world.run } }
const core = { notice: what => calls.push(['notice', what]) }
const AsyncFunction = (async () => {}).constructor
new AsyncFunction('github', 'context', 'core', 'require', script)(github, context, core, require)
  .then(() => console.log(JSON.stringify(calls)))
"""


def script() -> str:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "comment.yml").read_text("utf-8"))
    (source,) = [step["with"]["script"] for step in workflow["jobs"]["comment"]["steps"] if "script" in step["with"]]
    return str(source)


def run(path: Path, **world: Any) -> dict[str, Any]:
    """Run the script; what it did, by the name of the call."""
    world = {"run": RUN, "pulls": [PULL], "comments": []} | world
    done = subprocess.run(
        [str(NODE), "-e", HARNESS],
        input=json.dumps([script(), world]),
        env={"FILE": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def comparison(tmp_path: Path) -> Path:
    """What the comparison said."""
    path = tmp_path / "comparison.md"
    path.write_text("## Flask\n\n| workload | ratio |\n|---|---|\n| read-item | 0.97x |\n", "utf-8")
    return path


def test_the_first_comparison_makes_a_comment(comparison: Path) -> None:
    did = run(comparison)
    assert did["pulls"] == {"owner": "us", "repo": "fairground", "state": "open", "head": "somebody:faster"}
    assert did["create"]["issue_number"] == 12
    assert did["create"]["body"].startswith(f"{MARKER}\nMeasured by [a run]({RUN['html_url']})")
    assert SHA in did["create"]["body"]
    assert did["create"]["body"].endswith(comparison.read_text("utf-8"))
    assert "update" not in did


def test_later_ones_update_it(comparison: Path) -> None:
    comments = [
        {"id": 1, "user": {"login": "somebody"}, "body": f"{MARKER} mine now"},
        {"id": 2, "user": BOT, "body": f"another bot's, which quotes {MARKER}"},
        {"id": 3, "user": None, "body": MARKER},
        {"id": 4, "user": BOT, "body": f"{MARKER}\nof yesterday"},
        {"id": 5, "user": BOT, "body": None},
    ]
    did = run(comparison, comments=comments)
    assert did["update"]["comment_id"] == 4
    assert "create" not in did


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [{"number": 12, "head": {"sha": "f" * 40, "repo": {"id": 7}}}],
        [{"number": 12, "head": {"sha": SHA, "repo": {"id": 8}}}],
        [{"number": 12, "head": {"sha": SHA, "repo": None}}],
        [PULL, PULL | {"number": 13}],
    ],
    ids=["none", "moved on", "another fork", "fork deleted", "two"],
)
def test_only_the_pull_request_that_was_measured_gets_it(comparison: Path, pulls: list[dict[str, Any]]) -> None:
    assert set(run(comparison, pulls=pulls)) == {"pulls", "notice"}


def test_a_fork_that_is_gone_gets_none(comparison: Path) -> None:
    assert set(run(comparison, run=RUN | {"head_repository": None})) == {"notice"}


def test_without_a_comparison_there_is_none(tmp_path: Path) -> None:
    assert set(run(tmp_path / "comparison.md")) == {"notice"}


def test_a_link_is_not_followed(tmp_path: Path, comparison: Path) -> None:
    link = tmp_path / "link.md"
    link.symlink_to(comparison)
    assert set(run(link)) == {"notice"}
    assert set(run(tmp_path)) == {"notice"}


def test_a_flood_is_not_read(comparison: Path) -> None:
    comparison.write_text("x" * (2**20 + 1), "utf-8")
    assert set(run(comparison)) == {"notice"}


@pytest.mark.parametrize("line", ["| a | row |\n", "😀\n", "no end of line ", "😀", "@"])
def test_a_long_one_is_cut_to_what_a_comment_holds(comparison: Path, line: str) -> None:
    comparison.write_text(line * (100_000 // len(line)), "utf-8")
    body = run(comparison)["create"]["body"]
    assert LONGEST - 40 < len(body.encode("utf-16-le")) // 2 <= LONGEST
    assert body.endswith("\n\nThe rest stands in the summary of the run.")
    assert not re.search("[\ud800-\udfff]", body), "no half of a character"


def test_it_is_markdown_only_and_calls_nobody(comparison: Path) -> None:
    said = f"{MARKER} @everybody @us/team \x1b[31mred\x00\x07 \u202eturned\u200b\ttab\r\n"
    html = '<details><summary>more</summary>\na<br>b\n</details> <img src="x"> <a href="x"> <details open> <BR>'
    comparison.write_bytes(said.encode() + b"\xff\xfe" + html.encode())
    body = run(comparison)["create"]["body"]
    assert body.count("<!--") == 1
    tags = ["<!--", "<details>", "<summary>", "</summary>", "<br>", "</details>"]
    assert re.findall(r"<!--|<[^>]*>", body.replace(MARKER, "<!--")) == tags
    assert "@everybody" not in body
    assert "@us" not in body
    assert not {"\x1b", "\x00", "\x07", "\u202e", "\r"} & set(body)
    assert "\ttab" in body
