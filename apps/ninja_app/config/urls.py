"""The project's routes."""

from django.urls import path
from shop.api import api

urlpatterns = [path("", api.urls)]

handler400 = "shop.problems.bad_request"
handler404 = "shop.problems.not_found"
handler500 = "shop.problems.server_error"
