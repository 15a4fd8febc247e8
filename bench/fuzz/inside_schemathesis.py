"""What Schemathesis is told of the contract that JSON Schema cannot say; it alone imports this."""

from typing import Any

import schemathesis


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Write whole numbers without a point: 5.0 is an integer to JSON Schema, and no integer price to the contract."""
    return _without_points(body) if isinstance(body, dict) else body


def _without_points(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_points(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_points(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
