"""The shop as far as it needs no database, on bare WSGI: the framework takes the place of this, part by part."""

import json
from http import HTTPStatus


def plaintext():
    return "text/plain", b"Hello, World!"


def greeting():
    return "application/json", json.dumps({"message": "Hello, World!"}).encode()


ROUTES = {"/plaintext": plaintext, "/json": greeting}


def application(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length <= 65_536:
        environ["wsgi.input"].read(length)
    status, headers, body = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    start_response(f"{status.value} {status.phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def answer(method, path):
    if path not in ROUTES:
        return problem(HTTPStatus.NOT_FOUND)
    if method not in ("GET", "HEAD"):
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", "GET, HEAD"))
    media_type, body = ROUTES[path]()
    return HTTPStatus.OK, [("Content-Type", media_type), ("Content-Length", str(len(body)))], body


def problem(status, *headers):
    body = json.dumps({"title": status.phrase, "status": status}).encode()
    described = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    return status, [*described, *headers], body
