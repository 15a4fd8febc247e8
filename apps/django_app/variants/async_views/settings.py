"""The project's settings, with other routes, a middleware that waits, and no connection that outlives its request."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES as USUAL

ROOT_URLCONF = "variants.async_views.urls"
MIDDLEWARE = ["variants.async_views.middleware.framing"]
# Each request has a thread of its own, which would leave its connection behind.
DATABASES = {"default": USUAL["default"] | {"CONN_MAX_AGE": 0}}
