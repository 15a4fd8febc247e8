<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Catalog, page {{page}} of {{last}}</title></head>
<body>
<h1>Catalog</h1>
<table>
<thead><tr><th>Name</th><th>Price</th><th>In stock</th></tr></thead>
<tbody>
% for item in items:
<tr><td><a href="/catalog/{{item["id"]}}">{{item["name"]}}</a></td><td>{{"%d.%02d" % divmod(item["price_cents"], 100)}}</td><td>{{"yes" if item["in_stock"] else "no"}}</td></tr>
% end
</tbody>
</table>
<nav>
% if page > 1:
<a rel="prev" href="/catalog?page={{page - 1}}">Previous</a>
% end
% if page < last:
<a rel="next" href="/catalog?page={{page + 1}}">Next</a>
% end
</nav>
</body>
</html>
