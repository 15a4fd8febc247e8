<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{item["name"]}}</title></head>
<body>
<h1>{{item["name"]}}</h1>
<p>{{item["description"]}}</p>
<dl><dt>Price</dt><dd>{{"%d.%02d" % divmod(item["price_cents"], 100)}}</dd><dt>In stock</dt><dd>{{"yes" if item["in_stock"] else "no"}}</dd></dl>
<p><a href="/catalog">Catalog</a></p>
</body>
</html>
