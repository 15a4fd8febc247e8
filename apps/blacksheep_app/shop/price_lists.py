"""Price lists, which are read, changed and written, and not stored: the optional group `large-body` of the contract."""

from shop.errors import Invalid
from shop.submission import LARGEST_LIST, json_object


async def repriced(request):
    """The list that the request's body holds, with new prices, or the error that it deserves."""
    asked = await json_object(request, LARGEST_LIST)
    percent, items = asked.get("percent"), asked.get("items")
    errors = {}
    if type(percent) is not int or not 0 <= percent <= 100:
        errors["percent"] = "must be an integer from 0 to 100"
    if type(items) is not list or not all(map(_has_price, items)):
        errors["items"] = "must be a list of objects, each with price_cents from 0 to 10000000"
    if errors:
        raise Invalid(errors)
    for item in items:
        item["price_cents"] = item["price_cents"] * (100 + percent) // 100
    return {"total_cents": sum(item["price_cents"] for item in items), "items": items}


def _has_price(item):
    return type(item) is dict and type(price := item.get("price_cents")) is int and 0 <= price <= 10_000_000
