"""What the contract needs beside Django's own middleware."""


def no_length_for_nothing(get_response):
    """CommonMiddleware gives a 204 a length."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 204:
            del response.headers["Content-Length"]
        return response

    return middleware
