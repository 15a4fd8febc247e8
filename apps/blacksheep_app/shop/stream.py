"""The lines of the optional group `stream` of the contract."""

LINES = 1000


async def lines():
    """Each is made when the server asks for it."""
    for number in range(1, LINES + 1):
        yield b"%063d\n" % number
