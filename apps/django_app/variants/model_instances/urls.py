"""The project's routes, with another list of items."""

from config.urls import handler400, handler404, handler500
from config.urls import urlpatterns as usual
from django.urls import path

from variants.model_instances.views import ItemList

urlpatterns = [path("items", ItemList.as_view()), *usual]
