"""Does a server that was just started do its job at all? It is asked for each reading operation once."""

import http.client
import random
from collections.abc import Container
from urllib.parse import urlsplit

from bench.contract import operations
from bench.contract.operations.operation import Ask
from bench.contract.response import FinalConnection
from bench.errors import ServerError


def check(url: str, unsupported: Container[str] = (), within_s: float = 10.0) -> None:
    """Raise ServerError unless every reading operation is answered with its status, but for heavy ones, those that
    wait for a service, which may not be up, and those that the app need not have and names `unsupported`. The contract
    in full is `verify`'s.
    """
    connection = FinalConnection(urlsplit(url).netloc, timeout=within_s)
    try:
        for operation in operations.offered(unsupported):
            if operation.draw and not (operation.writes or operation.wait_s or operation.heavy):
                _ask(connection, operation.draw(random.Random(operation.id)))
    except (OSError, http.client.HTTPException) as error:
        raise ServerError(f"it did not answer as HTTP ({error or type(error).__name__})") from error
    finally:
        connection.close()


def _ask(connection: FinalConnection, ask: Ask) -> None:
    connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
    answer = connection.getresponse()
    answer.read()
    if answer.status != ask.status:
        raise ServerError(f"{ask.method} {ask.path} was answered {answer.status}")
