"""`bench generator`: how it ends is said in a sentence."""

import pytest

from bench.cli import generating
from bench.load.team import Ending
from tests.commands import Command


def ending(monkeypatch: pytest.MonkeyPatch, *endings: Ending) -> None:
    def join(_place: object, generators: int, _host: object, tell: object) -> list[Ending]:
        for number in range(1, generators + 1):
            tell(number)  # type: ignore[operator]
        return list(endings)

    monkeypatch.setattr(generating, "join", join)


def test_a_run_that_is_over_ends_it(bench: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    ending(monkeypatch, Ending.DONE, Ending.DONE)
    done = bench("generator", "--join", "192.0.2.1:5557", "--generators", "2")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines() == [
        "Waiting for a run at 192.0.2.1:5557; Ctrl-C ends this.",
        "2 generators joined the run at 192.0.2.1:5557.",
        "The run is over, or goes on without this generator.",
    ]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Ending.NO_MASTER, "Nobody listened at 192.0.2.1:5557: start the run there, with --listen"),
        (Ending.MASTER_GONE, "The run at 192.0.2.1:5557 fell silent"),
        (Ending.REFUSED, "has other code of the suite: bring both machines to the same commit"),
    ],
)
def test_any_other_end_is_a_failure_with_the_reason(
    bench: Command, monkeypatch: pytest.MonkeyPatch, how: Ending, said: str
) -> None:
    ending(monkeypatch, how)
    done = bench("generator", "--join", "192.0.2.1:5557")
    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_a_place_is_needed_and_checked(bench: Command) -> None:
    assert "Missing option '--join'" in bench("generator").err
    done = bench("generator", "--join", "nowhere")
    assert (done.code, "--join takes an address and a port" in done.err) == (2, True)
