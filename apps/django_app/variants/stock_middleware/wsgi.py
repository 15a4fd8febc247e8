"""The WSGI callable of this variant."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "variants.stock_middleware.settings"

from config.wsgi import Utf8Request, application
from django.core.exceptions import DisallowedHost


class AnyHostRequest(Utf8Request):
    def get_host(self):
        """The host as it was sent: CommonMiddleware asks, and Django refuses one with an underscore."""
        try:
            return super().get_host()
        except DisallowedHost:
            return self._get_raw_host()


application.request_class = AnyHostRequest
