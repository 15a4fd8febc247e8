"""What FastAPI leaves open: HEAD, and of bodies their type, their limit and what a refusal leaves."""

from fastapi import HTTPException

LARGEST_BODY = 65_536
LARGEST = {"/reprice": 2_097_152}
"""The largest body by path, where it is another."""


class BodyMiddleware:
    """FastAPI has no route for HEAD; of the answer to it the server sends no body."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = scope | {"method": "GET"}
        elif scope["type"] == "http" and scope["method"] != "GET":
            body = Body(scope, receive, send)
            receive, send = body.receive, body.send
        await self.app(scope, receive, send)


class Body:
    """Stands between the server and FastAPI, which reads a body of any type and size."""

    def __init__(self, scope, receive, send):
        self.type = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
        self.receive_more, self.send_on = receive, send
        self.more, self.size = True, 0
        self.largest = LARGEST.get(scope["path"], LARGEST_BODY)

    async def receive(self):
        if self.type != b"application/json":
            raise HTTPException(415)
        message = await self.next()
        if self.size > self.largest:
            raise HTTPException(413)
        return message

    async def send(self, message):
        """Read the rest first, because servers close a connection on which it lies unread."""
        while self.more and self.size <= self.largest:
            await self.next()
        await self.send_on(message)

    async def next(self):
        message = await self.receive_more()
        self.more, self.size = message.get("more_body", False), self.size + len(message.get("body", b""))
        return message
