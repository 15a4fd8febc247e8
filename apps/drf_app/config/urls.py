"""The project's routes."""

from django.urls import path, register_converter
from rest_framework.routers import SimpleRouter
from shop import views
from shop.pagination import ItemIdConverter

register_converter(ItemIdConverter, "item_id")

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("items", views.ItemViewSet)

urlpatterns = [
    *router.urls,
    path("plaintext", views.plaintext),
    path("json", views.greeting),
    path("catalog", views.browse),
    path("catalog/<item_id:pk>", views.view_item),
    path("orders/check", views.check_order),
    path("upstream", views.call_upstream),
    path("stream", views.stream),
    path("labels", views.print_labels),
    path("reprice", views.reprice_list),
]

handler400 = "shop.problems.bad_request"
handler404 = "shop.problems.not_found"
handler500 = "shop.problems.server_error"
