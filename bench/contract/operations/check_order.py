"""`check-order`: a nested document that is validated, summed up, and not stored; alone in the group `validation`."""

import json
import random
from functools import cache
from typing import Any

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Group, Operation

VALIDATION = Group(
    "validation",
    "a nested document that is validated and not stored",
    required=False,
    clauses=("check-order", "order-refused"),
    files=("orders",),
)
DELIVERIES = ("post", "courier", "pickup")
Order = dict[str, Any]

_LINES = 20
_SHELF = 500
_LONGEST_NOTE = 30
_NAMES = ("Ana Sousa", "Björn Åkesson", "Ελένη Παππά", "Oluwaseun Adeyemi", "李雷", "Zoë O'Neill")
_STREETS = ("12 Harbour Road", "Lindenstraße 4", "5 rue de l'Église", "Karl Johans gate 31", "Via Roma 8")
_CITIES = ("Porto", "Göteborg", "Αθήνα", "Lagos", "北京", "Kraków")


def drawn(rng: random.Random) -> Order:
    """A valid order of the size that is timed, of about 2 KB."""
    customer = {"name": rng.choice(_NAMES), "street": rng.choice(_STREETS), "city": rng.choice(_CITIES)}
    return {"customer": customer, "delivery": rng.choice(DELIVERIES), "lines": rng.sample(_shelf(), _LINES)}


def summary(order: Order) -> dict[str, int]:
    """What a valid order is answered with."""
    lines = order["lines"]
    return {
        "lines": len(lines),
        "quantity": sum(line["quantity"] for line in lines),
        "total_cents": sum(line["quantity"] * line["price_cents"] for line in lines),
    }


@cache
def _shelf() -> tuple[dict[str, Any], ...]:
    """The lines that orders are put together from: those of a whole pool would take long to draw one by one."""
    rng = random.Random("lines of orders")
    return tuple(
        {
            "item_id": item.id,
            "quantity": rng.randint(1, 9),
            "price_cents": item.price_cents,
            "gift": item.in_stock,
            "note": item.name[:_LONGEST_NOTE],
        }
        for item in rng.sample(seed.items(), _SHELF)
    )


def _draw(rng: random.Random) -> Ask:
    body = json.dumps(drawn(rng), ensure_ascii=False, separators=(",", ":")).encode()
    return CHECK_ORDER.ask(headers=rows.OF_JSON, body=body)


def _check(ask: Ask, body: bytes) -> str | None:
    got, wanted = json.loads(body), summary(json.loads(ask.body or b""))
    return None if rows.same(got, wanted) else f"{got} instead of {wanted}"


CHECK_ORDER = Operation(
    id="check-order",
    title="A nested order validated, nothing stored",
    method="POST",
    path="/orders/check",
    draw=_draw,
    check=_check,
    data=False,
    group=VALIDATION,
)
