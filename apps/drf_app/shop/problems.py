"""Errors as problem documents (RFC 9457)."""

from http import HTTPStatus

from django.http import JsonResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.views import exception_handler


class TooLarge(APIException):
    status_code = 413


def handler(error, context):
    """The answer to what a view raised; None for a fault, which Django logs."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        # What is no object at all has errors of no field.
        errors = {"body" if name == "non_field_errors" else name: words for name, words in error.detail.items()}
        return problem_response(422, errors)
    return problem_response(response.status_code)


def problem_response(status, errors=None):
    document = {"status": status, "title": HTTPStatus(status).phrase}
    if errors:
        document["errors"] = errors
    return JsonResponse(document, status=status, content_type="application/problem+json")


def bad_request(request, exception):
    return problem_response(400)


def not_found(request, exception):
    return problem_response(404)


def server_error(request):
    return problem_response(500)
