"""Errors as problem documents (RFC 9457)."""

from http import HTTPStatus

from django.http import JsonResponse


def problem_response(status, errors=None, headers=None):
    document = {"status": status, "title": HTTPStatus(status).phrase}
    if errors:
        document["errors"] = errors
    return JsonResponse(document, status=status, headers=headers, content_type="application/problem+json")


def http_error(request, error):
    return problem_response(error.status_code)


def invalid(request, error):
    """What does not validate: no page of the catalogue has such a number, and a body may not be there at all."""
    by_place = {tuple(problem["loc"]): problem for problem in error.errors}
    if ("query", "page") in by_place:
        return problem_response(404)
    if any(
        len(place) == 2 and place[0] == "body" and problem["type"] == "missing" for place, problem in by_place.items()
    ):
        return problem_response(400)
    # Within a body the name of the argument stands before that of the field.
    return problem_response(422, {_name(place): problem["msg"] for place, problem in by_place.items()})


def _name(place):
    if place[0] == "body":
        # An unknown field's name may hold a lone surrogate.
        return str(place[2]).encode("utf-8", "backslashreplace").decode() if len(place) > 2 else "body"
    return str(place[1])


def bad_request(request, exception):
    return problem_response(400)


def not_found(request, exception):
    return problem_response(404)


def server_error(request):
    return problem_response(500)
