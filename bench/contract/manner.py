"""The manner of sending a request, which must decide nothing: the age of the connection, and the number of segments."""

import random

_LONGEST = 40
"""So many requests go over one connection at most."""
_APART = 3
"""The body of one request in so many comes in a segment of its own."""


class Manner:
    """A seeded variation, the same each time that it begins anew."""

    def __init__(self) -> None:
        self.begin("")

    def begin(self, what: str) -> None:
        """Begin anew, in the way that belongs to what is asked next."""
        self._random = random.Random(what)
        self._left = self._random.randint(1, _LONGEST)

    def renews(self) -> bool:
        """Whether the next request has a new connection."""
        self._left -= 1
        if self._left >= 0:
            return False
        self._left = self._random.randint(1, _LONGEST)
        return True

    def parts(self) -> bool:
        """Whether the next body is sent apart from its head."""
        return self._random.randrange(_APART) == 0
