"""The WSGI callable of this variant."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "variants.model_instances.settings"

from config.wsgi import application
