"""The generator process: orders come in on standard input, replies go out on standard output, a JSON object a line."""

import json
import sys
from dataclasses import asdict

from pydantic import TypeAdapter

from bench.errors import LoadError
from bench.load.protocol import Order, Reply
from bench.load.rotation import Rotator

_ORDER = TypeAdapter(Order)


def main() -> None:
    """Carry out orders until standard input ends. `null` for an order closes all connections."""
    rotator = Rotator()
    for line in sys.stdin:
        if line.strip() == "null":
            rotator.forget()
            reply = Reply()
        else:
            try:
                reply = rotator.rotate(_ORDER.validate_json(line))
            except (OSError, LoadError) as error:
                reply = Reply(error=str(error))
        print(json.dumps(asdict(reply)), flush=True)


if __name__ == "__main__":
    main()
