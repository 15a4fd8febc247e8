"""What Schemathesis is told of the contract that JSON Schema cannot say; it alone imports this."""

from typing import Any

import schemathesis


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Write whole numbers without a point: 5.0 is an integer to JSON Schema, and no integer price to the contract."""
    if not isinstance(body, dict):
        return body
    return {name: int(value) if _is_whole(value) else value for name, value in body.items()}


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()
