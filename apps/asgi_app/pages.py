"""The pages of the catalogue and of labels as HTML; everything that a client wrote goes through `escape`."""

from html import escape

ITEMS_A_PAGE = 20


def catalogue(items, page, last):
    """Page number `page` of `last`."""
    links = []
    if page > 1:
        links.append(f'<a rel="prev" href="/catalog?page={page - 1}">Previous</a>')
    if page < last:
        links.append(f'<a rel="next" href="/catalog?page={page + 1}">Next</a>')
    rows = "\n".join(map(_row, items))
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Catalog, page {page} of {last}</title></head>
<body>
<h1>Catalog</h1>
<table>
<thead><tr><th>Name</th><th>Price</th><th>In stock</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<nav>{" ".join(links)}</nav>
</body>
</html>
"""


def item(item):
    name = escape(item["name"])
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{name}</title></head>
<body>
<h1>{name}</h1>
<p>{escape(item["description"])}</p>
<dl><dt>Price</dt><dd>{_price(item)}</dd><dt>In stock</dt><dd>{_stock(item)}</dd></dl>
<p><a href="/catalog">Catalog</a></p>
</body>
</html>
"""


def labels(text, sheet):
    """A page of labels, all with the same text."""
    text, rows = escape(text), "\n".join(map(_label, sheet))
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{text}</title></head>
<body>
<h1>{text}</h1>
<table>
<thead><tr><th>Number</th><th>Name</th><th>Price</th><th>In stock</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _row(item):
    link = f'<a href="/catalog/{item["id"]}">{escape(item["name"])}</a>'
    return f"<tr><td>{link}</td><td>{_price(item)}</td><td>{_stock(item)}</td></tr>"


def _label(label):
    name = escape(label["name"])
    return f"<tr><td>{label['number']}</td><td>{name}</td><td>{_price(label)}</td><td>{_stock(label)}</td></tr>"


def _price(item):
    return f"{item['price_cents'] // 100}.{item['price_cents'] % 100:02}"


def _stock(item):
    return "yes" if item["in_stock"] else "no"
