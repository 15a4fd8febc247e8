"""Does a server that was just started do its job at all? One request of each reading operation tells."""

import http.client
from urllib.parse import urlsplit

from bench.errors import ServerError

_PATHS = ("/plaintext", "/json", "/items", "/items/1", "/catalog", "/catalog/1")


def check(url: str, within_s: float = 10.0) -> None:
    """Raise ServerError unless every reading operation answers 200. The contract in full is `verify`'s."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=within_s)
    try:
        for path in _PATHS:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise ServerError(f"GET {path} was answered {answer.status}")
    except (OSError, http.client.HTTPException) as error:
        raise ServerError(f"it did not answer as HTTP ({error or type(error).__name__})") from error
    finally:
        connection.close()
