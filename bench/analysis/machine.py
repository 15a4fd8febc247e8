"""What the machine did to a run: where it let processes be put, what it kept from them, and who else used it. Pure."""

from bench.analysis import limits
from bench.store.results import Check, MicroRound, Round, Run

STEAL_LIMIT = 0.05
THROTTLED_LIMIT = 0.01
"""A quota stops processes for up to a tenth of a second: once in a hundred periods, and it is in a 99th percentile."""


def placement(run: Run) -> Check | None:
    """Whether servers and generator were kept apart, as far as a run says it."""
    flaws = run.environment.placement_flaws
    if flaws is None:
        return None
    detail = "; ".join(flaws) or run.environment.pinning
    return Check("placement", "Placement", "warn" if flaws else "pass", len(flaws), 0, detail)


def generators(run: Run) -> Check | None:
    """Whether every cell was loaded by all the generators; not asked where one was wanted."""
    wanted = run.plan.generators
    if wanted == 1:
        return None
    cells = [cell for round_ in run.rounds for cell in round_.sound_cells() if cell.crawl is None]
    fewer = sum(cell.generators < wanted for cell in cells)
    detail = (
        f"{fewer} of {len(cells):,} cells were loaded by fewer than {wanted} generators"
        if fewer
        else f"each cell was loaded by {wanted} generators"
    )
    return Check("generators", "Generators", "warn" if fewer else "pass", fewer, 0, detail)


def quota(run: Run) -> Check | None:
    """Whether a quota of CPU time stopped what was measured; not asked where there was none."""
    rounds: tuple[Round | MicroRound, ...] = (*run.rounds, *run.micro)
    seen = [one.throttling for one in rounds if one.throttling]
    periods, throttled = sum(one.periods for one in seen), sum(one.throttled for one in seen)
    if not periods:
        return None
    share = throttled / periods
    detail = f"a quota of CPU time stopped the processes in {throttled:,} of {periods:,} periods"
    return Check("quota", "CPU quota", "fail" if share > THROTTLED_LIMIT else "pass", share, THROTTLED_LIMIT, detail)


def quiet(run: Run) -> Check | None:
    """Whether the CPUs were this machine's own, as far as the system says it."""
    shares = [cell.steal_share for round_ in run.rounds for cell in round_.cells if cell.steal_share is not None]
    if not shares:
        return None
    mean = sum(shares) / len(shares)
    detail = f"other guests of this host took {mean:.1%} of its CPU time"
    return Check("quiet-host", "Quiet host", "pass" if mean <= STEAL_LIMIT else "warn", mean, STEAL_LIMIT, detail)


def neighbours(run: Run) -> Check | None:
    """What no guest is told of: who else uses the physical core of its CPU."""
    share = limits.disturbed_share(run.rounds)
    if share is None:
        return None
    limit = limits.DISTURBED
    where = "a CPU of this machine" if run.environment.pinning == "none" else "the servers' CPU"
    detail = f"for {share:.0%} of the time a fixed loop on {where} took over {limits.SLOWED - 1:.0%} longer"
    return Check("neighbours", "Neighbours", "pass" if share <= limit else "warn", share, limit, detail)
