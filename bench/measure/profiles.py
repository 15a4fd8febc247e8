"""The profiles by name: what `--profile` offers."""

from bench.contract import seed, workloads
from bench.contract.operations.rows import SHELF
from bench.crawl.rotation import TURN
from bench.profile import Profile

_CORE = ("json", "read-item", "list-items", "browse", "create-item", "crud-mix")
_ALL = tuple(workload.id for workload in workloads.WORKLOADS)

_SLICE_REQUESTS = 48
"""Three for each of the usual 16 users: the first of each in a slice counts as no time."""
_FIRST_TURNS = 8
"""After so many slices a fresh Django no longer took more CPU time for a request than later in the rotation."""

PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "quick",
            "six core workloads and one arrival rate, a few minutes",
            _CORE,
            ("crud-mix",),
            rounds=9,
            slice_requests=_SLICE_REQUESTS,
            first_turns=_FIRST_TURNS,
            tail="p90",
            micro_rounds=5,
            crawl_pages=20 * TURN,
            crawl_rounds=9,
        ),
        Profile(
            "matrix",
            "three workloads and one arrival rate, which is what quick becomes on several databases",
            ("read-item", "browse", "crud-mix"),
            ("crud-mix",),
            rounds=6,
            slice_requests=_SLICE_REQUESTS,
            first_turns=_FIRST_TURNS,
            tail="p90",
            micro_rounds=3,
        ),
        Profile(
            "micro", "in process only: what each call costs, a minute", (), rounds=0, most_rounds=0, micro_rounds=6
        ),
        Profile(
            "full",
            "every app and workload, common and native servers, some hours",
            _ALL,
            ("read-item", "crud-mix"),
            servers="both",
            apps="all",
            # Many and short: fresh processes differ, and only more rounds average that out.
            rounds=20,
            most_rounds=60,
            budget_s=6600.0,
            slice_requests=_SLICE_REQUESTS,
            first_turns=_FIRST_TURNS,
            own_shares=(0.5, 0.7, 0.9),
            capacity_workloads=("crud-mix",),
            micro_rounds=10,
            micro_s=0.2,
            crawl_pages=seed.ROWS + seed.ROWS // SHELF,
            crawl_rounds=5,
        ),
        Profile(
            "ci",
            "three workloads, for a paired comparison on a small machine",
            ("read-item", "browse", "crud-mix"),
            most_rounds=16,
            slice_requests=_SLICE_REQUESTS,
            first_turns=_FIRST_TURNS,
            budget_s=240.0,
        ),
        Profile(
            "smoke",
            "one short round, to see that everything works; its figures mean nothing",
            ("read-item", "crud-mix"),
            ("read-item",),
            rounds=1,
            most_rounds=1,
            turns=4,
            slice_requests=_SLICE_REQUESTS,
            first_turns=_FIRST_TURNS,
            open_turns=2,
            tail="p90",
            budget_s=60.0,
            micro_rounds=1,
            micro_s=0.02,
        ),
    )
}
