"""The project's routes, to coroutines."""

from config.urls import handler400, handler404, handler500
from django.urls import path

from variants.async_views import views

urlpatterns = [
    path("plaintext", views.Plaintext.as_view()),
    path("json", views.Greeting.as_view()),
    path("items", views.ItemList.as_view()),
    path("items/<item_id:item_id>", views.ItemDetail.as_view()),
    path("catalog", views.Catalog.as_view()),
    path("catalog/<item_id:item_id>", views.CatalogItem.as_view()),
]
