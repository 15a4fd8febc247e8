"""The optional group `template`: pages of labels, which are computed and never stored."""

from bench.contract.checks import answers
from bench.contract.checks.pages import HOSTILE, elements
from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields
from bench.contract.operations.print_labels import LAST_PAGE, PRINT_LABELS, differs, query
from bench.contract.page import Page
from bench.contract.resources import METHODS
from bench.contract.shop import Shop

check = Checks()

_METHODS = frozenset({PRINT_LABELS.method})
_PAGES = (1, 2, 3, 77, 1_001, LAST_PAGE)
_NO_PAGES = ("0", "-1", "1.5", "", "abc", "0x1", str(LAST_PAGE + 1), str(2**32 + 1))
_TEXTS = (*HOSTILE, "Žluťoučký 🎪", "折叠梯子", "100 % + 1 = 2?", "a&b=c;d#e", "x" * 200, "")


@check("print-labels")
def labels_are_printed(shop: Shop) -> None:
    for page in _PAGES:
        _expect_labels(shop, "Blue lamp", page)
    for method in METHODS:
        if method not in _METHODS:
            body = encode(fields()) if method in ("POST", "PUT", "PATCH") else None
            answers.expect_refused_method(shop, shop.ask(method, PRINT_LABELS.path, body), _METHODS)


@check("labels-text")
def texts_stay_texts(shop: Shop) -> None:
    plain = _expect_labels(shop, "Plain", 1)
    for text in _TEXTS:
        shown = _expect_labels(shop, text, 2)
        if plain and shown and (more := shown.skeleton() - plain.skeleton()):
            shop.note(f"GET {_path(text, 2)}", f"{text!r} as text", f"elements in its place: {elements(more)}")
    _expect_labels(shop, "", 4, f"{PRINT_LABELS.path}?page=4")


@check("labels-pages")
def only_so_many_pages_exist(shop: Shop) -> None:
    for page in _NO_PAGES:
        shop.expect_status(shop.ask("GET", _path("Blue lamp", page)), 404)
    _expect_labels(shop, "Blue lamp", 1, f"{PRINT_LABELS.path}?text=Blue%20lamp")


def _expect_labels(shop: Shop, text: str, page: int, path: str = "") -> Page | None:
    answer = shop.ask("GET", path or _path(text, page))
    if not shop.expect_status(answer, 200):
        return None
    shown = Page(answer.body)
    if difference := differs(shown, text, page):
        shop.note(answer.request, f"page {page} of the labels of {text!r}", difference)
    return shown


def _path(text: str, page: int | str) -> str:
    return PRINT_LABELS.path + query(text, page)
