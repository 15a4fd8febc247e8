<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{text}}</title></head>
<body>
<h1>{{text}}</h1>
<table>
<thead><tr><th>Number</th><th>Name</th><th>Price</th><th>In stock</th></tr></thead>
<tbody>
% for label in labels:
<tr><td>{{label["number"]}}</td><td>{{label["name"]}}</td><td>{{"%d.%02d" % divmod(label["price_cents"], 100)}}</td><td>{{"yes" if label["in_stock"] else "no"}}</td></tr>
% end
</tbody>
</table>
</body>
</html>
