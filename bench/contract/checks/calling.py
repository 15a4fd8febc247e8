"""The optional group `upstream`: answers that pass on what a service has just said."""

from bench.contract import upstream
from bench.contract.checks import answers
from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields
from bench.contract.message import Answer
from bench.contract.operations.slow_upstream import MEMBER, SLOW_UPSTREAM
from bench.contract.resources import METHODS
from bench.contract.shapes import document
from bench.contract.shop import Shop

check = Checks()

_METHODS = frozenset({SLOW_UPSTREAM.method})
_WAITS_MS = (10, 50, 10, 500, 10, 1)
_NO_WAITS = ("0", str(upstream.LONGEST_MS + 1), "-1", "1.5", "5.0", "abc", "")


@check("slow-upstream")
def each_answer_is_one_that_the_service_has_just_given(shop: Shop) -> None:
    last = 0
    for wait_ms in _WAITS_MS:
        last = _expect_passed_on(shop, shop.ask("GET", _path(wait_ms)), wait_ms, last)
    last = _expect_passed_on(shop, shop.ask("GET", _path("010")), 10, last)
    shop.expect_status(shop.ask("HEAD", _path(_WAITS_MS[0])), 200)
    for path in (SLOW_UPSTREAM.path, *map(_path, _NO_WAITS)):
        shop.expect_refusal(shop.ask("GET", path), {"ms"})
    for method in METHODS:
        if method not in _METHODS:
            body = encode(fields()) if method in ("POST", "PUT", "PATCH") else None
            answers.expect_refused_method(shop, shop.ask(method, _path(_WAITS_MS[0]), body), _METHODS)
    _expect_passed_on(shop, shop.ask("GET", f"{_path(_WAITS_MS[0])}&more=1"), _WAITS_MS[0], last)


def _path(wait_ms: int | str) -> str:
    return f"{SLOW_UPSTREAM.path}?ms={wait_ms}"


def _expect_passed_on(shop: Shop, answer: Answer, wait_ms: int, last: int) -> int:
    """The number of the service's answer in an answer; notes a violation where there is none, or not one after the
    `last`.
    """
    came = document(answer) if answer.status == 200 else None
    number = upstream.number_of(came[MEMBER], wait_ms) if came is not None and set(came) == {MEMBER} else None
    wanted = f'200 {{"{MEMBER}": what the service answers after {wait_ms} ms}}'
    if number is None:
        shop.expect(answer, False, wanted)
        return last
    shop.expect(answer, number > last, f"{wanted}, another each time", f"answer {number} of the service, after {last}")
    return max(number, last)
