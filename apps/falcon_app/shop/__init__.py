"""The shop in Falcon: resource classes, SQLAlchemy Core and Jinja."""

import json
from http import HTTPStatus

import falcon

from shop import resources
from shop.bodies import BodyMiddleware
from shop.numerals import IdConverter


def problem(req, resp, error):
    """An error as the client sees it (RFC 9457)."""
    document = {"title": HTTPStatus(error.status_code).phrase, "status": error.status_code}
    if error.status_code == 422:
        document["errors"] = error.errors
    resp.content_type = "application/problem+json"
    resp.data = json.dumps(document).encode()


app = falcon.App(middleware=BodyMiddleware())
app.router_options.converters["id"] = IdConverter
app.set_error_serializer(problem)
app.add_route("/plaintext", resources.Plaintext())
app.add_route("/json", resources.Greeting())
app.add_route("/items", resources.Items())
app.add_route("/items/{item_id:id}", resources.Item())
app.add_route("/catalog", resources.Catalog())
app.add_route("/catalog/{item_id:id}", resources.CatalogItem())
app.add_route("/upstream", resources.Upstream())
app.add_route("/stream", resources.Stream())
app.add_route("/labels", resources.Labels())
app.add_route("/reprice", resources.PriceList())
