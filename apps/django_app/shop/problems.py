"""Errors as problem documents (RFC 9457)."""

from http import HTTPStatus

from django.http import JsonResponse


class Problem(Exception):
    """A refusal that a view raises; `errors` says what is wrong, by field or parameter."""

    def __init__(self, status, errors=None):
        super().__init__(status, errors)
        self.status = status
        self.errors = errors


def problem_response(status, errors=None, headers=None):
    document = {"status": status, "title": HTTPStatus(status).phrase}
    if errors:
        document["errors"] = errors
    return JsonResponse(document, status=status, headers=headers, content_type="application/problem+json")


def bad_request(request, exception):
    return problem_response(400)


def not_found(request, exception):
    return problem_response(404)


def server_error(request):
    return problem_response(500)
