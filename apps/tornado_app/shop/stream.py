"""The lines of the optional group `stream` of the contract."""

LINES = 1000


def lines():
    """Each is made when the one before it has been handed over."""
    for number in range(1, LINES + 1):
        yield f"{number:063}\n"
