"""The WSGI callable of this variant."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "variants.function_views.settings"

from config.wsgi import application
