"""The shop, at the root of the site; importing its controllers is what publishes them."""

from . import controllers
