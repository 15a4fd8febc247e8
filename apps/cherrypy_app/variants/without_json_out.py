# ruff: noqa: N802 (the dispatcher looks for methods that are called GET, POST and so on)
"""The shop, whose handlers write their JSON themselves. CherryPy's json_out encodes it piece by piece."""

import json

import cherrypy
from shop import application, resources
from shop.submission import json_in, list_in


def written(document):
    cherrypy.response.headers["Content-Type"] = "application/json"
    return json.dumps(document).encode()


class Greeting(resources.Greeting):
    def GET(self, /, **query):
        return written(super().GET(**query))


class Items(resources.Items):
    def _cp_dispatch(self, vpath):
        return Item(vpath.pop(0))

    def GET(self, /, **query):
        return written(super().GET(**query))

    @json_in
    def POST(self, /, **query):
        return written(super().POST(**query))


class Item(resources.Item):
    def GET(self, /, **query):
        return written(super().GET(**query))

    @json_in
    def PUT(self, /, **query):
        return written(super().PUT(**query))


class OrderCheck(resources.OrderCheck):
    @json_in
    def POST(self, /, **query):
        return written(super().POST(**query))


class UpstreamCall(resources.UpstreamCall):
    def GET(self, /, **query):
        return written(super().GET(**query))


class PriceList(resources.PriceList):
    @list_in
    def POST(self, /, **query):
        return written(super().POST(**query))


application.root.json = Greeting()
application.root.items = Items()
application.root.orders.check = OrderCheck()
application.root.upstream = UpstreamCall()
application.root.reprice = PriceList()
