"""What an app takes before it serves anything, as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Footprint:
    """What an app takes before it serves anything; sizes in bytes, times in seconds.

    `import_s` is the time to load the application, `first_answer_s` that from the start of the interpreter to the first
    answer. `installed_bytes` and `distributions` are those of its lock file, without servers; `lines` are those of its
    own code and templates that are neither blank nor comment.
    """

    sut: str
    import_s: float
    first_answer_s: float
    memory_bytes: int
    installed_bytes: int
    distributions: int
    lines: int
