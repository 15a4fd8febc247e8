"""Several sessions of every app in shuffled order, so that a drift of the machine meets all alike."""

import random
from collections.abc import Callable, Iterator, Sequence

from bench.calls import NULL
from bench.errors import SetupError
from bench.micro import footprint, sessions
from bench.micro.questions import questions
from bench.micro.sessions import Setting
from bench.model import TWIN, App, Failure
from bench.results import Footprint, MicroRound

IN_PROCESS = "in process"
"""The workload in a failure of an in-process session."""

Tell = Callable[[str], None]


def one_round(
    apps: Sequence[App], number: int, seed: int, setting: Setting, chosen: tuple[str, ...], tell: Tell
) -> MicroRound:
    """One session of each app, of the null application, and of the twin, a second copy of another app each round."""
    rng = random.Random(f"{seed} micro {number}")
    twin_of = apps[(seed + number) % len(apps)]
    line_up = [(app.name, app) for app in apps] + [(TWIN, twin_of), (NULL, apps[0])]
    medians: dict[str, dict[str, dict[str, float]]] = {}
    failures: list[Failure] = []
    for name, app in rng.sample(line_up, len(line_up)):
        tell(name)
        try:
            medians[name] = sessions.run(app, name, questions(app, chosen), number, setting).medians_us
        except SetupError as error:
            failures.append(Failure(name, IN_PROCESS, str(error)))
    return MicroRound(number, twin_of.name, medians, tuple(failures))


def footprints(apps: Sequence[App], setting: Setting, tell: Tell) -> Iterator[Footprint]:
    """Each app's footprint, looked at a second time: the first warms the disk's cache. Left out where it fails to load,
    which its sessions will tell.
    """
    for app in apps:
        tell(f"footprint: {app.name}")
        try:
            footprint.measure(app, setting.pristine, setting.scratch)
            yield footprint.measure(app, setting.pristine, setting.scratch)
        except SetupError:
            continue
