"""What writes price lists."""

from rest_framework.renderers import JSONRenderer


class ASCIIJSONRenderer(JSONRenderer):
    """An item may hold a lone surrogate, which must be escaped to be sent."""

    ensure_ascii = True
