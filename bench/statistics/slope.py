"""How fast something grows, from looks at it that a few jumps must not mislead. Pure."""

from collections.abc import Sequence

import numpy as np


def slope(at: Sequence[float], seen: Sequence[float]) -> float:
    """The median of the slopes between any two looks, as Theil (1950) and Sen (1968) proposed it.

    Up to 29 % of the looks may be anything without moving it far. Raises ValueError for fewer than two places.
    """
    places, values = np.asarray(at, dtype=np.float64), np.asarray(seen, dtype=np.float64)
    first, second = np.triu_indices(len(places), 1)
    apart = places[second] != places[first]
    if not apart.any():
        raise ValueError("a slope needs looks at two places at least")
    rises, runs = values[second] - values[first], places[second] - places[first]
    return float(np.median(rises[apart] / runs[apart]))
