"""Orders for the generator: the rotation of a workload, in a closed loop or under arrivals. Pure."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.load.protocol import Order, Target
from bench.measure.arrivals import Arrivals
from bench.model import Workload
from bench.profile import Profile

Kind = Callable[[Profile, Workload, tuple[Target, ...], int, Path], Order]


def kind(arrivals: Arrivals | None, *, begins: bool = False) -> Kind:
    """The kind of order for these arrivals; without any, a closed loop, which may be the first of a round."""
    if arrivals is None:
        return first if begins else closed
    return near_capacity if arrivals.near_capacity else opened


def closed(profile: Profile, workload: Workload, targets: tuple[Target, ...], seed: int, times: Path) -> Order:
    """A closed loop; raw times go to the file `times`."""
    return Order(
        workload=workload,
        targets=targets,
        turns=profile.turns,
        slice_s=profile.slice_s,
        concurrency=profile.concurrency,
        seed=seed,
        times=str(times),
        warm_up_turns=profile.warm_up_turns,
        least_requests=profile.slice_requests,
    )


def first(profile: Profile, workload: Workload, targets: tuple[Target, ...], seed: int, times: Path) -> Order:
    """The same, as the first of a round: fresh processes warm up for longer."""
    warm_up_turns = profile.warm_up_turns + profile.first_turns
    return replace(closed(profile, workload, targets, seed, times), warm_up_turns=warm_up_turns)


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
