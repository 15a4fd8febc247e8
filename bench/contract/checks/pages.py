"""The catalogue: what its pages say, and where they lead."""

from bench.contract import shapes
from bench.contract.clauses import Checks, walk
from bench.contract.message import Answer
from bench.contract.page import STOCK, CatalogLine, Page, collapsed, price
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()

PER_PAGE = 20
_PRICES = (0, 1, 10, 99, 100, 1005, 1_234_567, 10_000_000)
_NO_PAGES = ("0", "-1", "1.5", "", "abc", "0x1")
HOSTILE = (
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7} [[=1]] <%= 7*7 %> {{=1}}",
    '<script>alert("x")</script>',
    "</h1></title><script>alert('x')</script>",
    "<b>bold</b> & <i>'quoted'</i>",
    "</td></tr></table><table><tr><td>",
    "&lt;already&gt; &amp;amp; &#60;",
    "<!-- comment --> <![CDATA[ x ]]>",
    "<img src=x onerror=alert(1)>",
)
"""Texts that a page must not take for markup, nor a template for its own. First come those that do no harm where they
stand as they are: among seven items in a row that are made of the others, an id of any kind comes up.
"""


@check("browse")
def pages_show_the_items_in_order(shop: Shop) -> None:
    shelf = [shop.create(name=f"Shelf {n}", price_cents=cents, in_stock=n % 2 == 0) for n, cents in enumerate(_PRICES)]
    last = _last_page(shop)
    for page in walk(shop, range(1, last + 1)):
        _expect_page(shop, page)
    if (place := shop.place(shelf[0].id)) is not None:
        expect_line(shop, shelf[0], f"?page={place // PER_PAGE + 1}")


def _expect_page(shop: Shop, page: int) -> None:
    answer = shop.ask("GET", f"/catalog?page={page}")
    shown = _shown(shop, answer)
    if shown is None:
        return
    shop.expect(answer, shown.texts("h1") == ["Catalog"], "Catalog as the <h1>", f"{shown.texts('h1')}")
    rows, _ = shop.listed((page - 1) * PER_PAGE, PER_PAGE)
    lines = shown.lines()
    if shop.expect(answer, len(lines) == len(rows), f"{len(rows)} rows of items", f"{len(lines)}"):
        for row, line in zip(rows, lines, strict=True):
            if item := shapes.item(row):
                _expect_shown(shop, answer, item, line)


def expect_line(shop: Shop, item: Item, query: str) -> None:
    """Note a violation unless that page of the catalogue shows an item as it is."""
    answer = shop.ask("GET", f"/catalog{query}")
    shown = _shown(shop, answer)
    if shown is None:
        return
    own = [line for line in shown.lines() if shop.path_of(line.href, answer.request.path) == f"/catalog/{item.id}"]
    if shop.expect(answer, len(own) == 1, f"one row that links to /catalog/{item.id}", f"{len(own)} such rows"):
        _expect_shown(shop, answer, item, own[0])


def _expect_shown(shop: Shop, answer: Answer, item: Item, line: CatalogLine) -> None:
    leads = shop.path_of(line.href, answer.request.path) == f"/catalog/{item.id}"
    shop.expect(answer, leads, f"a link to /catalog/{item.id}", f"a link to {line.href or 'nowhere'}")
    name = collapsed(item.name)
    shop.expect(answer, line.name == name, f"the name {name!r} as the link's text", f"{line.name!r}")
    for text in (price(item), STOCK[item.in_stock]):
        shop.expect(answer, text in line.cells, f"a cell {text} in the row of item {item.id}", f"cells {line.cells}")


@check("browse-links")
def pages_lead_to_their_neighbours(shop: Shop) -> None:
    if shop.total() <= 2 * PER_PAGE:
        for number in range(2 * PER_PAGE + 1 - shop.total()):
            shop.create(name=f"To fill a page {number}")
    last = _last_page(shop)
    numbers = walk(shop, range(1, last + 1))
    for path, page in [("/catalog", 1), *((f"/catalog?page={number}", number) for number in numbers)]:
        if page <= 3:
            # What was written before is no reason to lead elsewhere.
            shop.delete(shop.create(name="Here for a moment"))
        answer = shop.ask("GET", path)
        shown = _shown(shop, answer)
        if shown is not None:
            _expect_link(shop, answer, shown, "prev", page - 1 if page > 1 else None)
            _expect_link(shop, answer, shown, "next", page + 1 if page < last else None)


def _expect_link(shop: Shop, answer: Answer, shown: Page, rel: str, page: int | None) -> None:
    targets = {shop.path_of(link, answer.request.path) for link in shown.links(rel)}
    expected = set() if page is None else {f"/catalog?page={page}"}
    wanted = f'rel="{rel}" leading to {f"/catalog?page={page}" if page else "nowhere"}'
    shop.expect(answer, targets == expected, wanted, f'rel="{rel}" leading to {sorted(map(str, targets)) or "nowhere"}')


@check("browse-pages")
def only_pages_with_items_exist(shop: Shop) -> None:
    shop.create(name="So that there is one")
    last = _last_page(shop)
    for page in (*_NO_PAGES, *(str(last + beyond) for beyond in (1, 2, 3, 10, 1000)), str(2**32 + 1)):
        shop.expect_status(shop.ask("GET", f"/catalog?page={page}"), 404)
    for number in (1, last):
        shop.expect_status(shop.ask("GET", f"/catalog?page={number}"), 200)
    plain, first = (_shown(shop, shop.ask("GET", path)) for path in ("/catalog", "/catalog?page=1"))
    if plain and first and plain.lines() != first.lines():
        shop.note("GET /catalog", "page 1", "other items")


@check("browse-pages")
def pages_come_and_go_with_their_items(shop: Shop) -> None:
    for number in range(-shop.total() % PER_PAGE):
        shop.create(name=f"To fill a page {number}")
    alone = shop.create(name="Alone on the last page")
    last = _last_page(shop)
    shop.expect_status(shop.ask("GET", f"/catalog?page={last}"), 200)
    shop.delete(alone)
    if last > 1:
        shop.expect_status(shop.ask("GET", f"/catalog?page={last}"), 404)


def _last_page(shop: Shop) -> int:
    return max((shop.total() + PER_PAGE - 1) // PER_PAGE, 1)


@check("view-item")
def items_have_a_page(shop: Shop) -> None:
    for cents in _PRICES:
        for in_stock in (True, False):
            expect_view(shop, shop.create(name="Viewed", price_cents=cents, in_stock=in_stock))
    expect_view(shop, shop.create(name="x", description=""))
    expect_view(shop, shop.create(name="Žluťoučký 🎪 " * 8, description="折叠梯子 " * 100))


def expect_view(shop: Shop, item: Item) -> Page | None:
    """Note a violation unless the page of an item shows it as it is."""
    answer = shop.ask("GET", f"/catalog/{item.id}")
    shown = _shown(shop, answer)
    if shown is None:
        return None
    name, description = collapsed(item.name), collapsed(item.description)
    shop.expect(answer, shown.texts("h1") == [name], f"{name!r} as the <h1>", f"{shown.texts('h1')}")
    paragraphs = shown.texts("p")
    shop.expect(answer, description in paragraphs, f"{description!r} as a <p>", f"{paragraphs}")
    values = shown.texts("dd")
    for value in (price(item), STOCK[item.in_stock]):
        shop.expect(answer, value in values, f"{value} as a <dd>", f"{values}")
    return shown


@check("escaping")
def texts_stay_texts(shop: Shop) -> None:
    plain = expect_view(shop, shop.create(name="Plain", description="Plain"))
    for text in HOSTILE:
        item = shop.create(name=text, description=f"{text} {text}".ljust(200, "."))
        shown = expect_view(shop, item)
        if plain and shown and (more := shown.skeleton() - plain.skeleton()):
            shop.note(f"GET /catalog/{item.id}", f"{text!r} as text", f"elements in its place: {elements(more)}")
        if (place := shop.place(item.id)) is not None:
            expect_line(shop, item, f"?page={place // PER_PAGE + 1}")


def elements(skeleton: dict[tuple[str, ...], int]) -> str:
    """Elements that a page has, in words."""
    return ", ".join(f"<{' '.join(element)}>" for element in skeleton)


def _shown(shop: Shop, answer: Answer) -> Page | None:
    return Page(answer.body) if shop.expect_status(answer, 200) else None
