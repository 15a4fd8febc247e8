"""The shop at the root of the site; whatever else a path holds leads to an action that answers 404."""

SHOP = "/shop/default"
WHATEVER = {"HTTP_X_FORWARDED_FOR": ""}  # web2py refuses whoever sends one that is no address


def at(path, action):
    """A route from a path, whatever the host and the method. web2py's own patterns know no odd ones of these."""
    return rf"^[^/]*://[^/]*:[^/ ]+ {path}\Z$", f"{SHOP}/{action}", WHATEVER


routes_in = (
    at("/plaintext", "plaintext"),
    at("/json", "greeting"),
    at("/items", "items"),
    at(r"/items/(?P<item>[0-9]{1,19})", r"item/\g<item>"),
    at("/catalog", "browse"),
    at(r"/catalog/(?P<item>[0-9]{1,19})", r"view_item/\g<item>"),
    at("/failure", "failure"),
    ("^.*://.*$", f"{SHOP}/nowhere", WHATEVER),
)
routes_onerror = (("*/500", "/failure"),)
