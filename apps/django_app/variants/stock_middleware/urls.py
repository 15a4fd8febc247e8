"""The project's routes. Clients of the shop are no browsers: they have no session that a forged request could use."""

from config.urls import handler400, handler404, handler500
from config.urls import urlpatterns as usual
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

urlpatterns = [path(str(route.pattern), csrf_exempt(route.callback)) for route in usual]
