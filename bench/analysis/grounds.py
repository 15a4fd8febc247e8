"""The ground of a ratio: what two runs, whatever their machines, must have in common to speak of each other. Pure.

`differences` names what differs between two runs that are at hand; of a history, only digests are.
"""

import hashlib

from bench.analysis import ratios
from bench.contract import ALIKE
from bench.store.described import SutInfo
from bench.store.results import Run

SHAPING = ("concurrency", "slice_s", "turns", "warm_up_turns", "first_turns", "micro_s")
"""The settings of a profile that figures depend on; the number of rounds is in the intervals."""


def of(run: Run, sut: SutInfo, baseline: SutInfo, metric: str) -> str:
    """A digest of the ground of a ratio over all workloads; empty where nothing says which code was measured."""
    codes = [one.code or _commit(run) for one in (sut, baseline)]
    if not all(codes):
        return ""
    here, ratio = run.environment, ratios.find(run.comparisons, sut.id, baseline.id, None, metric)
    over = ratio.over if ratio and ratio.over else tuple(one.id for one in run.workloads if one.kind == "closed")
    suts = [(sorted(one.versions.items()), one.server, one.data_layer) for one in (sut, baseline)]
    database = sut.key.database
    work = (
        "alike" if here.contract in ALIKE else here.contract,
        here.python,
        here.databases.get(database),
        sorted(here.database_settings.get(database, {}).items()),
        run.plan.generators,
        [getattr(run.plan.profile, name, None) for name in SHAPING],
    )
    return hashlib.sha256(repr((over, codes, suts, work)).encode()).hexdigest()[:12]


def _commit(run: Run) -> str:
    """Older runs do not say what the code of an app was: then that of the whole suite decides, where it is known."""
    here = run.environment
    return here.edition if here.commit and not here.dirty else ""
