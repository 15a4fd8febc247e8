"""The shop over HTTP: items as JSON, the catalogue as pages."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from shop import upstream
from shop.labels import labels
from shop.models import Item
from shop.orders import summary, valid_order
from shop.price_lists import repriced
from shop.problems import Problem, problem_response
from shop.stream import lines
from shop.validation import item_fields, natural_number, wait_ms, window

ITEMS_A_PAGE = 20


class Resource(View):
    """A view whose refusals are problem documents."""

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Problem as problem:
            return problem_response(problem.status, problem.errors)

    def http_method_not_allowed(self, request, *args, **kwargs):
        return problem_response(405, headers={"Allow": ", ".join(self._allowed_methods())})


class Plaintext(Resource):
    def get(self, request):
        return HttpResponse("Hello, World!", content_type="text/plain")


class Greeting(Resource):
    def get(self, request):
        return JsonResponse({"message": "Hello, World!"})


class ItemList(Resource):
    def get(self, request):
        offset, limit = window(request.GET)
        items = Item.objects.order_by("pk").values()[offset : offset + limit]
        return JsonResponse({"items": list(items), "total": Item.objects.count()})

    def post(self, request):
        item = Item.objects.create(**item_fields(request))
        return JsonResponse(item.as_json(), status=201, headers={"Location": f"/items/{item.pk}"})


class ItemDetail(Resource):
    def get(self, request, item_id):
        return JsonResponse(get_object_or_404(Item, pk=item_id).as_json())

    def put(self, request, item_id):
        fields = item_fields(request)
        if not Item.objects.filter(pk=item_id).update(**fields):
            raise Http404
        return JsonResponse({"id": item_id, **fields})

    def delete(self, request, item_id):
        deleted, _ = Item.objects.filter(pk=item_id).delete()
        if not deleted:
            raise Http404
        return HttpResponse(status=204)


class Catalog(Resource):
    def get(self, request):
        number = natural_number(request.GET.get("page", "1"))
        try:
            page = Paginator(Item.objects.order_by("pk"), ITEMS_A_PAGE).page(number)
        except InvalidPage:
            raise Http404 from None
        return render(request, "shop/catalog.html", {"page": page})


class CatalogItem(Resource):
    def get(self, request, item_id):
        return render(request, "shop/item.html", {"item": get_object_or_404(Item, pk=item_id)})


class OrderCheck(Resource):
    def post(self, request):
        return JsonResponse(summary(valid_order(request)))


class UpstreamCall(Resource):
    def get(self, request):
        return JsonResponse({"upstream": upstream.answer(wait_ms(request.GET))})


class Stream(Resource):
    def get(self, request):
        return StreamingHttpResponse(lines(), content_type="text/plain")


class Labels(Resource):
    def get(self, request):
        text = request.GET.get("text", "")
        sheet = labels(text, natural_number(request.GET.get("page", "1")))
        if sheet is None:
            raise Http404
        return render(request, "shop/labels.html", {"text": text, "labels": sheet})


class PriceList(Resource):
    def post(self, request):
        return JsonResponse(repriced(request))
