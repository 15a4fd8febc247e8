"""The shop over HTTP: items as JSON, the catalogue as pages."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from rest_framework.decorators import api_view, parser_classes, renderer_classes
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from shop import upstream
from shop.labels import labels
from shop.models import Item
from shop.orders import OrderSerializer
from shop.pagination import natural_number
from shop.parsers import PriceListParser
from shop.price_lists import PriceListSerializer
from shop.renderers import ASCIIJSONRenderer
from shop.serializers import ItemSerializer
from shop.stream import lines

ITEMS_A_PAGE = 20


class ItemViewSet(ModelViewSet):
    queryset = Item.objects.order_by("pk")
    serializer_class = ItemSerializer
    lookup_value_converter = "item_id"
    http_method_names = ("get", "head", "post", "put", "delete", "options")

    def get_success_headers(self, data):
        return {"Location": f"/items/{data['id']}"}

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.method in ("POST", "PUT"):
            expect_body(request)


def expect_body(request):
    """The framework takes no body, and one in chunks, for an object without members."""
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        request.negotiator.select_parser(request, request.parsers)
        raise ParseError


@api_view(["GET", "HEAD"])
def plaintext(request):
    return HttpResponse("Hello, World!", content_type="text/plain")


@api_view(["GET", "HEAD"])
def greeting(request):
    return Response({"message": "Hello, World!"})


@api_view(["GET", "HEAD"])
def browse(request):
    number = natural_number(request.query_params.get("page", "1"))
    try:
        page = Paginator(Item.objects.order_by("pk"), ITEMS_A_PAGE).page(number)
    except InvalidPage:
        raise Http404 from None
    return render(request, "shop/catalog.html", {"page": page})


@api_view(["GET", "HEAD"])
def view_item(request, pk):
    return render(request, "shop/item.html", {"item": get_object_or_404(Item, pk=pk)})


@api_view(["POST"])
def check_order(request):
    expect_body(request)
    order = OrderSerializer(data=request.data)
    order.is_valid(raise_exception=True)
    return Response(order.summary())


@api_view(["GET", "HEAD"])
def call_upstream(request):
    wait_ms = natural_number(request.query_params.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise ValidationError({"ms": "must be an integer from 1 to 1000"})
    return Response({"upstream": upstream.answer(wait_ms)})


@api_view(["GET", "HEAD"])
def stream(request):
    return StreamingHttpResponse(lines(), content_type="text/plain")


@api_view(["GET", "HEAD"])
def print_labels(request):
    text = request.query_params.get("text", "")
    sheet = labels(text, natural_number(request.query_params.get("page", "1")))
    if sheet is None:
        raise Http404
    return render(request, "shop/labels.html", {"text": text, "labels": sheet})


@api_view(["POST"])
@parser_classes([PriceListParser])
@renderer_classes([ASCIIJSONRenderer])
def reprice_list(request):
    expect_body(request)
    asked = PriceListSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    return Response(asked.repriced())
