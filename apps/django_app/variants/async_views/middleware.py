"""The app's middleware, as a coroutine."""

from django.utils.decorators import async_only_middleware


@async_only_middleware
def framing(get_response):
    """Give each answer its length, as in the app on WSGI; bodies have been read before a view runs."""

    async def middleware(request):
        response = await get_response(request)
        if response.status_code != 204:
            response.headers["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            response.content = b""
        return response

    return middleware
