"""A list of items by way of model instances, as one of them is read everywhere."""

from django.http import JsonResponse
from shop import views
from shop.models import Item
from shop.validation import window


class ItemList(views.ItemList):
    def get(self, request):
        offset, limit = window(request.GET)
        items = Item.objects.order_by("pk")[offset : offset + limit]
        return JsonResponse({"items": [item.as_json() for item in items], "total": Item.objects.count()})
