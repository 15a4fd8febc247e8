"""What can be wrong with a site, by kind: each is counted and none is a page."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

ELSEWHERE = "link to another site"
TWICE = "item twice"
NO_ITEM = "page without an item"
EMPTY = "page without items"

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "no whole answer in time"),
    (DownloadCancelledError, "page too large"),
    (ResponseDataLossError, "broken off"),
    (DownloadConnectionRefusedError, "no connection"),
    (CannotResolveHostError, "no connection"),
    (DownloadFailedError, "broken off"),
)


def of_failure(failure: Failure) -> str:
    """The kind of what kept a page from coming."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return f"redirect, status {status}" if status // 100 == 3 else f"status {status}"
    return next((kind for of, kind in _KINDS if isinstance(error, of)), f"error: {type(error).__name__}")


def of_page(response: Response) -> str | None:
    """The kind of what is wrong with a page that came; None where nothing is."""
    if not isinstance(response, HtmlResponse):
        return "not HTML"
    if response.encoding != "utf-8":
        return f"charset {response.encoding}"
    return "not UTF-8" if "\ufffd" in response.text else None
