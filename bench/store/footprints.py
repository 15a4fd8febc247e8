"""What an app takes before it serves anything, as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Footprint:
    """What an app takes before it serves anything; sizes in bytes, times in seconds.

    `import_s` is the time to load the application, `first_answer_s` that from the start of the interpreter to the first
    answer. `installed_bytes` and `distributions` are those of its lock file, without servers; `lines` are those of its
    own code and templates that are neither blank nor comment. Of these, `group_lines` has those in files that serve one
    optional group alone, for each group that it offers; None in older runs, which did not tell them apart.
    """

    sut: str
    import_s: float
    first_answer_s: float
    memory_bytes: int
    installed_bytes: int
    distributions: int
    lines: int
    group_lines: dict[str, int] | None = None

    @property
    def core_lines(self) -> int:
        """The lines without those that serve an optional group alone, where these are known."""
        return self.lines - sum((self.group_lines or {}).values())
