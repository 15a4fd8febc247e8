"""The one thing that the contract asks of every answer: that the next request can follow on its connection."""

from shop.problems import problem_response

MOST_DISCARDED_BYTES = 1_048_576


def framing(get_response):
    """Give each answer its length, unless it is a stream, and leave no refused body unread, for servers close the
    connection then.

    A 204 has no length, and what answers HEAD no body. CommonMiddleware would give a 204 a length too, and look at
    hosts, user agents and slashes on the way.
    """

    def middleware(request):
        response = get_response(request)
        if response.streaming:
            if request.method == "HEAD":
                response.streaming_content = ()
            return response
        if response.status_code == 405:  # Ninja's own has no body
            response = problem_response(405, headers={"Allow": response.headers["Allow"]})
        if response.status_code != 204:
            response.headers["Content-Length"] = str(len(response.content))
        if response.status_code >= 400:
            request.read(MOST_DISCARDED_BYTES)
        if request.method == "HEAD":
            response.content = b""
        return response

    return middleware
