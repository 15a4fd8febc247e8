"""The project's settings, with other routes."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "variants.function_views.urls"
