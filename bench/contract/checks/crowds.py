"""Many clients at once, as the workloads have them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from bench.contract.clauses import Checks
from bench.contract.client import Client, NoAnswer
from bench.contract.coding import plain
from bench.contract.fields import identical
from bench.contract.message import Request
from bench.contract.shapes import document
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()

CLIENTS = 64
"""As many as wait at most in an open loop. Where threads wait for connections, and whoever has a connection waits for a
thread, a server comes to a stop with fewer.
"""
_TURNS = 3
_ITEMS = 4

Asked = tuple[Client, Item, str]
"""Who asks, for which item, below which path."""


@check("many-clients")
def a_crowd_is_served(shop: Shop) -> None:
    """Each client has its connection before the first one asks; then all ask at once, turn by turn."""
    items = [shop.create(name=f"Asked for by many {number}") for number in range(_ITEMS)]
    with ExitStack() as stack, ThreadPoolExecutor(CLIENTS) as pool:
        clients = [shop.client, *(stack.enter_context(shop.client.another()) for _ in range(CLIENTS - 1))]
        for client in clients:
            client.connect()
        for path in ("/items", "/catalog") * _TURNS:
            crowd = [(client, items[number % _ITEMS], path) for number, client in enumerate(clients)]
            faults = list(filter(None, pool.map(_fault, crowd)))
            if faults:
                _note(shop, faults)
                return


def _fault(asked: Asked) -> tuple[Request, str] | None:
    client, item, path = asked
    request = Request("GET", f"{path}/{item.id}")
    try:
        answer = plain(client.send(request))
    except NoAnswer as fault:
        return request, fault.what
    right = identical(document(answer), item.as_json()) if path == "/items" else item.name.encode() in answer.body
    return None if right and answer.status == 200 else (request, answer.summary())


def _note(shop: Shop, faults: list[tuple[Request, str]]) -> None:
    request, got = faults[0]
    others = f", and likewise {len(faults) - 1} others" if faults[1:] else ""
    shop.note(f"{request}, while {CLIENTS} clients ask", "200 and its item for each", got + others)
