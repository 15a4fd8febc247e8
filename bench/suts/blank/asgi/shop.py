"""The shop as far as it needs no database, on bare ASGI: the framework takes the place of this, part by part."""

import json
from http import HTTPStatus


async def plaintext():
    return b"text/plain", b"Hello, World!"


async def greeting():
    return b"application/json", json.dumps({"message": "Hello, World!"}).encode()


ROUTES = {"/plaintext": plaintext, "/json": greeting}


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    status, headers, body = await answer(scope["method"], scope["path"])
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def answer(method, path):
    if path not in ROUTES:
        return problem(HTTPStatus.NOT_FOUND)
    if method not in ("GET", "HEAD"):
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET, HEAD"))
    media_type, body = await ROUTES[path]()
    return HTTPStatus.OK, [(b"content-type", media_type), (b"content-length", str(len(body)).encode())], body


def problem(status, *headers):
    body = json.dumps({"title": status.phrase, "status": status}).encode()
    described = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    return status, [*described, *headers], body
