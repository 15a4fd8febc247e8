"""The project's routes."""

from django.urls import path, register_converter
from shop import views
from shop.validation import ItemIdConverter

register_converter(ItemIdConverter, "item_id")

urlpatterns = [
    path("plaintext", views.Plaintext.as_view()),
    path("json", views.Greeting.as_view()),
    path("items", views.ItemList.as_view()),
    path("items/<item_id:item_id>", views.ItemDetail.as_view()),
    path("catalog", views.Catalog.as_view()),
    path("catalog/<item_id:item_id>", views.CatalogItem.as_view()),
    path("orders/check", views.OrderCheck.as_view()),
    path("upstream", views.UpstreamCall.as_view()),
    path("stream", views.Stream.as_view()),
    path("labels", views.Labels.as_view()),
    path("reprice", views.PriceList.as_view()),
]

handler400 = "shop.problems.bad_request"
handler404 = "shop.problems.not_found"
handler500 = "shop.problems.server_error"
