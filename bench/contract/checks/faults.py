"""What a server says when it cannot do its work: to the client, and in its log."""

from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields
from bench.contract.message import Request
from bench.contract.shop import Shop

check = Checks()

_PATIENCE_S = 10.0
"""Twice as long as an app waits for the database."""


@check("server-error", "error-log")
def a_locked_database_is_waited_for_and_reported(shop: Shop) -> None:
    """Somebody else holds the database for longer than an app waits for it."""
    if shop.database is None:
        return
    item = shop.create(name="Locked out")
    body = encode(fields(name="Too late"))
    requests = [Request("PUT", f"/items/{item.id}", body)]
    if shop.thorough:  # each of them waits for those five seconds
        requests += [Request("DELETE", f"/items/{item.id}"), Request("POST", "/items", body)]
    total = shop.total()
    with shop.database.locked(), shop.client.patience(_PATIENCE_S):
        for request in requests:
            answer = shop.send(request)
            if shop.expect(answer, answer.status in (500, 503), "500 or 503, after the 5 s of busy_timeout"):
                _expect_logged(shop, request)
    shop.expect_total(total, "the table after writes that came while it was locked")
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    shop.update(item, name="In time")


def _expect_logged(shop: Shop, request: Request) -> None:
    if not shop.has_log:
        return
    log = shop.log_of(request)
    named = sum(request.path in line and request.method in line for line in log.splitlines())
    if named != 1 or "Traceback (most recent call last)" not in log:
        got = f"{named} such lines, and {'a' if 'Traceback' in log else 'no'} traceback"
        shop.note(request, "one line in the server's log with method and path, and a traceback", got, "error-log")
