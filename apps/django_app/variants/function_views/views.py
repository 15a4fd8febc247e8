"""The views as functions, which look at the method themselves."""

from functools import wraps

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from shop.models import Item
from shop.problems import Problem, problem_response
from shop.validation import item_fields, natural_number, window
from shop.views import ITEMS_A_PAGE


def resource(*methods):
    """A view for these methods, whose refusals are problem documents."""

    def decorate(view):
        @wraps(view)
        def guarded(request, **arguments):
            if request.method not in methods:
                return problem_response(405, headers={"Allow": ", ".join(methods)})
            try:
                return view(request, **arguments)
            except Problem as problem:
                return problem_response(problem.status, problem.errors)

        return guarded

    return decorate


@resource("GET", "HEAD")
def plaintext(request):
    return HttpResponse("Hello, World!", content_type="text/plain")


@resource("GET", "HEAD")
def greeting(request):
    return JsonResponse({"message": "Hello, World!"})


@resource("GET", "HEAD", "POST")
def item_list(request):
    if request.method == "POST":
        item = Item.objects.create(**item_fields(request))
        return JsonResponse(item.as_json(), status=201, headers={"Location": f"/items/{item.pk}"})
    offset, limit = window(request.GET)
    items = Item.objects.order_by("pk").values()[offset : offset + limit]
    return JsonResponse({"items": list(items), "total": Item.objects.count()})


@resource("GET", "HEAD", "PUT", "DELETE")
def item_detail(request, item_id):
    if request.method == "PUT":
        fields = item_fields(request)
        if not Item.objects.filter(pk=item_id).update(**fields):
            raise Http404
        return JsonResponse({"id": item_id, **fields})
    if request.method == "DELETE":
        deleted, _ = Item.objects.filter(pk=item_id).delete()
        if not deleted:
            raise Http404
        return HttpResponse(status=204)
    return JsonResponse(get_object_or_404(Item, pk=item_id).as_json())


@resource("GET", "HEAD")
def catalog(request):
    number = natural_number(request.GET.get("page", "1"))
    try:
        page = Paginator(Item.objects.order_by("pk"), ITEMS_A_PAGE).page(number)
    except InvalidPage:
        raise Http404 from None
    return render(request, "shop/catalog.html", {"page": page})


@resource("GET", "HEAD")
def catalog_item(request, item_id):
    return render(request, "shop/item.html", {"item": get_object_or_404(Item, pk=item_id)})
