"""The project's routes, to functions."""

from config.urls import handler400, handler404, handler500
from django.urls import path

from variants.function_views import views

urlpatterns = [
    path("plaintext", views.plaintext),
    path("json", views.greeting),
    path("items", views.item_list),
    path("items/<item_id:item_id>", views.item_detail),
    path("catalog", views.catalog),
    path("catalog/<item_id:item_id>", views.catalog_item),
]
