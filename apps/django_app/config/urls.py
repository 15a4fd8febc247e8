"""The project's routes. `<int:...>` takes ASCII digits alone, so any other id is a 404."""

from django.urls import path
from shop import views

urlpatterns = [
    path("plaintext", views.Plaintext.as_view()),
    path("json", views.Greeting.as_view()),
    path("items", views.ItemList.as_view()),
    path("items/<int:item_id>", views.ItemDetail.as_view()),
    path("catalog", views.Catalog.as_view()),
    path("catalog/<int:item_id>", views.CatalogItem.as_view()),
]

handler400 = "shop.problems.bad_request"
handler404 = "shop.problems.not_found"
handler500 = "shop.problems.server_error"
