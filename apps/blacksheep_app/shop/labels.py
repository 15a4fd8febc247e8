"""Labels, which are computed and not stored: the optional group `template` of the contract."""

LABELS_A_PAGE = 50
LAST_PAGE = 1_000_000


def labels(text, page):
    """The labels of a page, or None where there is no such page."""
    if page is None or not 1 <= page <= LAST_PAGE:
        return None
    first = (page - 1) * LABELS_A_PAGE + 1
    return [
        {
            "number": number,
            "name": f"{text} {number}",
            "price_cents": number * 7919 % 100_000,
            "in_stock": number % 3 != 0,
        }
        for number in range(first, first + LABELS_A_PAGE)
    ]
