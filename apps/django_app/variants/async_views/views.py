"""The views as coroutines, with the ORM's asynchronous calls.

Django runs those on a thread that it makes for each request.
"""

from asgiref.sync import sync_to_async
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import aget_object_or_404, render
from django.views import View
from shop.models import Item
from shop.problems import Problem, problem_response
from shop.validation import item_fields, natural_number, window
from shop.views import ITEMS_A_PAGE


class Resource(View):
    """A view whose refusals are problem documents."""

    async def dispatch(self, request, *args, **kwargs):
        try:
            return await super().dispatch(request, *args, **kwargs)
        except Problem as problem:
            return problem_response(problem.status, problem.errors)

    async def http_method_not_allowed(self, request, *args, **kwargs):
        return problem_response(405, headers={"Allow": ", ".join(self._allowed_methods())})


class Plaintext(Resource):
    async def get(self, request):
        return HttpResponse("Hello, World!", content_type="text/plain")


class Greeting(Resource):
    async def get(self, request):
        return JsonResponse({"message": "Hello, World!"})


class ItemList(Resource):
    async def get(self, request):
        offset, limit = window(request.GET)
        items = [item async for item in Item.objects.order_by("pk").values()[offset : offset + limit]]
        return JsonResponse({"items": items, "total": await Item.objects.acount()})

    async def post(self, request):
        item = await Item.objects.acreate(**item_fields(request))
        return JsonResponse(item.as_json(), status=201, headers={"Location": f"/items/{item.pk}"})


class ItemDetail(Resource):
    async def get(self, request, item_id):
        item = await aget_object_or_404(Item, pk=item_id)
        return JsonResponse(item.as_json())

    async def put(self, request, item_id):
        fields = item_fields(request)
        if not await Item.objects.filter(pk=item_id).aupdate(**fields):
            raise Http404
        return JsonResponse({"id": item_id, **fields})

    async def delete(self, request, item_id):
        deleted, _ = await Item.objects.filter(pk=item_id).adelete()
        if not deleted:
            raise Http404
        return HttpResponse(status=204)


class Catalog(Resource):
    async def get(self, request):
        number = natural_number(request.GET.get("page", "1"))
        # Its rows are read while the template is rendered, which therefore leaves the event loop.
        return await sync_to_async(_shelf)(request, number)


class CatalogItem(Resource):
    async def get(self, request, item_id):
        return render(request, "shop/item.html", {"item": await aget_object_or_404(Item, pk=item_id)})


def _shelf(request, number):
    try:
        page = Paginator(Item.objects.order_by("pk"), ITEMS_A_PAGE).page(number)
    except InvalidPage:
        raise Http404 from None
    return render(request, "shop/catalog.html", {"page": page})
