"""The shop in Pyramid: a configurator, routes, views with renderers, SQLAlchemy Core and Jinja."""

from pyramid.config import Configurator

from shop import errors, views

ROUTES = {
    "/plaintext": {"GET": (views.plaintext, "string")},
    "/json": {"GET": (views.greeting, "json")},
    "/items": {"GET": (views.list_items, "json"), "POST": (views.create_item, "json")},
    "/items/{item_id}": {
        "GET": (views.read_item, "json"),
        "PUT": (views.update_item, "json"),
        "DELETE": (views.delete_item, "json"),
    },
    "/catalog": {"GET": (views.browse, "templates/catalog.jinja2")},
    "/catalog/{item_id}": {"GET": (views.view_item, "templates/item.jinja2")},
    "/upstream": {"GET": (views.call_upstream, "json")},
    "/stream": {"GET": (views.stream, None)},
    "/labels": {"GET": (views.print_labels, "templates/labels.jinja2")},
    "/reprice": {"POST": (views.reprice_list, "json")},
}


def create_app():
    config = Configurator(settings={"jinja2.filters": "price = shop.numerals.price"})
    config.include("pyramid_jinja2")
    for pattern, methods in ROUTES.items():
        config.add_route(pattern, pattern)
        for method, (view, renderer) in methods.items():
            config.add_view(view, route_name=pattern, request_method=method, renderer=renderer)
        config.add_view(errors.no_such_method(methods), route_name=pattern)
    config.scan(errors)
    return config.make_wsgi_app()
