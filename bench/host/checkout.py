"""The working tree as git sees it, and the files of another commit."""

import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.errors import UsageError

_BRANCHES = ("refs/heads/", "refs/remotes/")
ORIGIN = ".fairground-origin"
"""The file that says, in a copy of a working tree that has no repository, what that was."""


@dataclass(frozen=True, slots=True)
class Base:
    """The commit that the working tree is compared with, in twelve digits, and how it relates to what was asked for.

    For a branch that is the point where HEAD left it, and `tip` the commit at its end; for whatever else is asked for
    by name, the two are the same. `ours` are the commits from the base to HEAD, `theirs` those from it to the tip,
    newest first, each as its abbreviation and its subject.
    """

    asked: str
    commit: str
    tip: str
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit of a working tree, whether any file differs from it, and why git knows no commit where it is None."""

    commit: str | None
    dirty: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """The working tree below `root`, which may be a folder within a larger repository."""

    root: Path

    def origin(self) -> Origin:
        """What the working tree is: as git sees it, or of a copy as the file says that came with it."""
        with suppress(OSError, ValueError, TypeError):
            return Origin(**json.loads((self.root / ORIGIN).read_text("utf-8")))
        return Origin(self.head(), self.dirty(), self.trouble())

    def trouble(self) -> str:
        """Why git knows no commit of this folder, in its own words; empty where it does."""
        try:
            self._run("rev-parse", "HEAD", "--")
        except OSError as error:
            return f"git cannot be run ({error.strerror})"
        except subprocess.CalledProcessError as error:
            words: bytes = error.stderr
            return words.decode("utf-8", "replace").strip() or f"git ended with {error.returncode}"
        return ""

    def head(self) -> str | None:
        """The commit that is checked out, in twelve digits; None where there is no repository, or no git."""
        return self._try("rev-parse", "--short=12", "HEAD")

    def dirty(self) -> bool:
        """Whether any file differs from that commit."""
        return bool(self._try("status", "--porcelain", "--", "."))

    def commit(self, reference: str) -> str:
        """The commit that a branch, a tag or an abbreviation names, in twelve digits; raises UsageError if none."""
        # --end-of-options: what begins with a dash is no option of git's.
        listed = self._try(
            "rev-parse", "--verify", "--quiet", "--short=12", "--end-of-options", f"{reference}^{{commit}}"
        )
        if not listed:
            if trouble := self.trouble():
                raise UsageError(f"There is no commit to compare with here. Git says: {trouble}")
            raise UsageError(
                f"There is no commit {reference!r} here; a branch, a tag or a commit that `git log` shows names one, "
                "and PACKAGE==VERSION another version of a package. In a shallow clone, `git fetch` it first."
            )
        return listed.splitlines()[-1]

    def base(self, reference: str) -> Base:
        """What `reference` asks to be compared with: of a branch, the point where HEAD left it.

        Raises UsageError where it names no commit, or a branch that has none in common with HEAD.
        """
        tip = self.commit(reference)
        full_name = self._try("rev-parse", "--symbolic-full-name", "--end-of-options", reference) or ""
        if not full_name.rpartition("\n")[2].startswith(_BRANCHES):
            return Base(reference, tip, tip, self._subjects(f"{tip}..HEAD"))
        fork = self._try("merge-base", tip, "HEAD")
        if not fork:
            raise UsageError(
                f"HEAD and {reference} have no commit in common here; in a shallow clone, `git fetch --unshallow` "
                f"brings the history. The commit {tip} by itself can be compared with."
            )
        commit = self.commit(fork)
        return Base(reference, commit, tip, self._subjects(f"{commit}..HEAD"), self._subjects(f"{commit}..{tip}"))

    def changed(self, since: str, paths: Sequence[str]) -> tuple[str, ...]:
        """The files below `paths` of the working tree that differ from commit `since`, new ones included."""
        tracked = self._git("diff", "--name-only", "--no-renames", "--relative", "-z", since, "--", *paths)
        new = self._git("ls-files", "--others", "--exclude-standard", "-z", "--", *paths)
        return tuple(sorted({name for name in (tracked + new).split("\0") if name}))

    def extract(self, of: str, paths: Sequence[str], into: Path) -> None:
        """Write the files of commit `of` below `paths` into a folder, which is there whole or not at all.

        Paths that the commit lacks are left out.
        """
        if into.is_dir():
            return
        into.parent.mkdir(parents=True, exist_ok=True)
        there = [path for path in paths if self._try("cat-file", "-e", f"{of}:./{path}") is not None]
        if not there:
            raise UsageError(f"Commit {of} has none of {', '.join(paths)} in this folder: nothing to compare.")
        part = Path(tempfile.mkdtemp(dir=into.parent))
        try:
            archive = self._run("archive", "--format=tar", of, "--", *there).stdout
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                # As filter="data", which Python knows from 3.11.4 on: no link or path leads out of the folder.
                files.extraction_filter = getattr(tarfile, "data_filter", None)
                files.extractall(part)
            part.rename(into)
        except (subprocess.CalledProcessError, OSError, tarfile.TarError) as error:
            raise UsageError(f"The files of commit {of} cannot be written ({error}).") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _subjects(self, commits: str) -> tuple[str, ...]:
        return tuple((self._try("log", "--format=%h %s", commits) or "").splitlines())

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, check=True)

    def _git(self, *arguments: str) -> str:
        try:
            return self._run(*arguments).stdout.decode("utf-8", "replace")
        except (OSError, subprocess.CalledProcessError) as error:
            raise UsageError(f"git could not list what changed ({error}).") from error

    def _try(self, *arguments: str) -> str | None:
        try:
            return self._run(*arguments).stdout.decode("utf-8", "replace").strip()
        except (OSError, ValueError, subprocess.CalledProcessError):  # a NUL byte is a ValueError
            return None
