"""Orders for the generator: the rotation of a workload, in a closed loop or under arrivals. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contract.workloads import heavy
from bench.load.protocol import Order, Target
from bench.measure.arrivals import Arrivals
from bench.model import Workload
from bench.profile import Profile

Kind = Callable[[Profile, Workload, tuple[Target, ...], int, Path], Order]

_LONG_TURNS, _CROWD_TURNS, _CROWD = 2, 4, 500
"""The turns of what waits, and where it has so many users."""
_ANSWERS = 3
"""So many answers for each user belong in a long slice: a server that runs an event loop answers all of their first
requests before any of their second ones, and the first count as no time.
"""
_SLOWEST_RPS = 50
"""A server that answers fewer requests in a second is given up where there are many users."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a closed loop is divided: slices of `slice_s` for each target, so many to warm up and so many that count."""

    slice_s: float
    warm_up_turns: int
    turns: int

    @property
    def load_s(self) -> float:
        """Seconds under load for each target, as planned."""
        return (self.warm_up_turns + self.turns) * self.slice_s


_HEAVY, _HEAVY_USERS = Stretch(slice_s=1.0, warm_up_turns=1, turns=3), 2
"""So few users keep a server busy whose answers take long, and a slice has several answers for each of them."""


def stretch(profile: Profile, workload: Workload) -> Stretch:
    """The division of a workload's closed loop: few and long slices where answers take long, or are heavy."""
    if heavy(workload.operations):
        return _HEAVY
    if workload.slice_s > profile.slice_s:
        return Stretch(workload.slice_s, 1, _CROWD_TURNS if workload.concurrency > _CROWD else _LONG_TURNS)
    return Stretch(profile.slice_s, profile.warm_up_turns, profile.turns)


def kind(arrivals: Arrivals | None, *, begins: bool = False) -> Kind:
    """The kind of order for these arrivals; without any, a closed loop, which may be the first of a round."""
    if arrivals is None:
        return first if begins else closed
    return near_capacity if arrivals.near_capacity else opened


def users(profile: Profile, workload: Workload) -> int:
    """How many users a closed loop has."""
    return workload.concurrency or (_HEAVY_USERS if heavy(workload.operations) else profile.concurrency)


def closed(profile: Profile, workload: Workload, targets: tuple[Target, ...], seed: int, times: Path) -> Order:
    """A closed loop; raw times go to the file `times`."""
    divided, several = stretch(profile, workload), users(profile, workload)
    order = Order(
        workload=workload,
        targets=targets,
        turns=divided.turns,
        slice_s=divided.slice_s,
        concurrency=several,
        seed=seed,
        times=str(times),
        warm_up_turns=divided.warm_up_turns,
        least_requests=_least_requests(profile, divided, several),
    )
    return replace(order, answer_within_s=max(order.answer_within_s, several / _SLOWEST_RPS))


def _least_requests(profile: Profile, divided: Stretch, several: int) -> int:
    """The requests that a slice must hold, or a server gets fewer and longer ones."""
    if divided == _HEAVY:
        return 0
    return profile.slice_requests if divided.slice_s == profile.slice_s else _ANSWERS * several


def first(profile: Profile, workload: Workload, targets: tuple[Target, ...], seed: int, times: Path) -> Order:
    """The same, as the first of a round: fresh processes warm up for longer."""
    order = closed(profile, workload, targets, seed, times)
    longer = round(profile.first_turns * profile.slice_s / order.slice_s)
    return replace(order, warm_up_turns=order.warm_up_turns + longer)


def opened(profile: Profile, workload: Workload, targets: tuple[Target, ...], seed: int, times: Path) -> Order:
    """An open loop, at the rates of the targets."""
    return replace(
        closed(profile, workload, targets, seed, times),
        turns=profile.open_turns,
        slice_s=profile.open_slice_s,
        concurrency=profile.open_connections,
        warm_up_turns=0,
        least_requests=0,
    )


def near_capacity(profile: Profile, workload: Workload, targets: tuple[Target, ...], seed: int, times: Path) -> Order:
    """An open loop at rates near the capacity: in one long slice, because a queue takes time to grow."""
    return replace(opened(profile, workload, targets, seed, times), turns=1, slice_s=profile.queue_slice_s)
