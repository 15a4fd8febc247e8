"""What the driver does for ASGI applications, seen by small ones that behave as those of frameworks do."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import pytest

from bench.micro.inside.asgi_driver import lines, started

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEADERS = [["Content-Type", "application/json"]]
PATIENCE = 5
"""So many messages may an application take before it holds that it is kept spinning."""


async def answer(send: Send, *chunks: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number, chunk in enumerate(chunks, 1):
        await send({"type": "http.response.body", "body": chunk, "more_body": number < len(chunks)})


async def until_gone(receive: Receive) -> list[str]:
    """The types of what comes, until the client is gone."""
    seen = []
    while not seen or seen[-1] != "http.disconnect":
        assert len(seen) < PATIENCE
        seen.append((await receive())["type"])
    return seen


def ask(application: Any, times: int = 1, method: str = "GET", body: bytes = b"") -> list[bytes]:
    """The answers to one request, asked so often in one session."""
    with started(application) as connect:
        call, status = connect(method, itertools.repeat(("/items", "limit=5", lines(HEADERS), body)))
        answers = [call() for _ in range(times)]
        assert status() == 200
    return answers


def without_lifespan(application: Callable[[Message, Receive, Send], Awaitable[None]]) -> Any:
    """An application that raises on whatever is no request, as the protocol asks of those that know no lifespan."""

    async def whole(scope: Message, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await application(scope, receive, send)

    return whole


def test_a_request_says_what_a_server_says() -> None:
    seen: list[Message] = []

    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        seen.extend((scope, await receive()))
        await answer(send, b"")

    ask(application, method="POST", body=b"{}")
    scope, message = seen
    assert scope["asgi"] == {"version": "3.0", "spec_version": "2.3"}
    assert (scope["method"], scope["path"], scope["raw_path"], scope["query_string"]) == (
        "POST",
        "/items",
        b"/items",
        b"limit=5",
    )
    assert (b"content-length", b"2") in scope["headers"]
    assert (b"content-type", b"application/json") in scope["headers"]
    assert message == {"type": "http.request", "body": b"{}", "more_body": False}


def test_a_listener_beside_a_stream_waits_until_the_stream_is_over() -> None:
    """So do Starlette's StreamingResponse and Django's handler: two tasks, of which the first to end ends both."""
    seen: list[str] = []

    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        async def stream() -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for number in range(3):
                await asyncio.sleep(0)
                assert not listener.done()
                await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
            await send({"type": "http.response.body"})

        listener, streamer = asyncio.create_task(until_gone(receive)), asyncio.create_task(stream())
        await asyncio.wait((listener, streamer), return_when=asyncio.FIRST_COMPLETED)
        await streamer
        seen.extend(await listener)

    assert ask(application, times=3) == [b"012"] * 3
    assert seen == ["http.request", "http.disconnect"] * 3


def test_a_listener_that_is_ended_leaves_another_alone() -> None:
    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        ended, waiting = (asyncio.create_task(until_gone(receive)) for _ in range(2))
        await asyncio.sleep(0)
        ended.cancel()
        await asyncio.sleep(0)
        await answer(send, b"whole")
        assert await waiting == ["http.disconnect"]

    assert ask(application) == [b"whole"]


def test_a_listener_that_is_left_behind_hears_the_end_of_its_own_request() -> None:
    heard: list[list[str]] = []

    async def listen(receive: Receive) -> None:
        heard.append(await until_gone(receive))

    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        left.append(asyncio.create_task(listen(receive)))
        await asyncio.sleep(0)
        await answer(send, b"")

    left: list[asyncio.Task[None]] = []
    ask(application, times=3)
    assert heard == [["http.disconnect"]] * 3


def test_work_after_the_answer_is_done_and_says_nothing_more() -> None:
    done: list[str] = []

    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await answer(send, b"all")
        await send({"type": "http.response.body", "body": b" and more"})
        await asyncio.sleep(0.001)
        done.extend(await until_gone(receive))

    assert ask(application) == [b"all"]
    assert done == ["http.request", "http.disconnect"]


def test_work_in_a_thread_is_waited_for() -> None:
    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await answer(send, await asyncio.to_thread(lambda: b"from a thread"))

    assert ask(application, times=2) == [b"from a thread"] * 2


class WithLifespan:
    """Opens something on its loop at startup and closes it at shutdown."""

    def __init__(self, *, fails: str = "") -> None:
        self.fails = fails
        self.did: list[str] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
            return
        self.did.append("request")
        opened = scope["state"]["opened"]
        assert opened.get_loop() is asyncio.get_running_loop()
        scope["state"].clear()
        await answer(send, opened.result())

    async def live(self, scope: Message, receive: Receive, send: Send) -> None:
        assert scope["asgi"] == {"version": "3.0", "spec_version": "2.0"}
        for event in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{event}"
            await asyncio.sleep(0.001)
            if event == self.fails:
                await send({"type": f"lifespan.{event}.failed", "message": "no database"})
                raise RuntimeError("no database")
            self.did.append(event)
            if event == "startup":
                scope["state"]["opened"] = asyncio.get_running_loop().create_future()
                scope["state"]["opened"].set_result(b"open")
            await send({"type": f"lifespan.{event}.complete"})


def test_what_is_opened_at_startup_is_there_for_each_request_until_shutdown() -> None:
    application = WithLifespan()
    assert ask(application, times=2) == [b"open"] * 2, "each request has a copy of the state"
    assert application.did == ["startup", "request", "request", "shutdown"]


def test_the_shutdown_comes_where_a_request_fails_too() -> None:
    application = WithLifespan()
    with pytest.raises(ZeroDivisionError), started(application):
        raise ZeroDivisionError
    assert application.did == ["startup", "shutdown"]


def test_a_startup_that_fails_is_told_in_the_applications_words() -> None:
    with pytest.raises(RuntimeError, match=r"^the application could not start: no database$"):
        ask(WithLifespan(fails="startup"))


def test_a_startup_that_fails_without_a_word_is_told_too() -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "lifespan.startup.failed"})

    with pytest.raises(RuntimeError, match="it does not say why"):
        ask(application)


def test_a_shutdown_that_fails_spoils_nothing() -> None:
    assert ask(WithLifespan(fails="shutdown")) == [b"open"]


@pytest.mark.parametrize("returns", [True, False])
def test_an_application_that_knows_no_lifespan_goes_without(returns: bool) -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" and returns:
            return
        assert scope["type"] == "http"
        assert scope["state"] == {}
        await answer(send, b"an answer")

    assert ask(application, times=2) == [b"an answer"] * 2


def test_an_application_that_takes_its_lifespan_for_a_request_goes_without() -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await answer(send, b"an answer")

    assert ask(application) == [b"an answer"]


def test_a_lifespan_may_be_cancelled_by_the_application_itself() -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise asyncio.CancelledError
        await answer(send, b"an answer")

    assert ask(application) == [b"an answer"]


def test_a_request_sees_nothing_of_the_one_before() -> None:
    variable = ContextVar("variable", default=0)

    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        assert variable.get() == 0
        variable.set(1)
        await answer(send, b"")

    ask(application, times=2)


@pytest.mark.parametrize("messages", [0, 1, 2])
def test_an_application_that_returns_too_early_has_not_answered(messages: int) -> None:
    parts = (
        {"type": "http.response.start", "status": 200, "headers": []},
        {"type": "http.response.body", "body": b"half", "more_body": True},
    )

    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        for message in parts[:messages]:
            await send(message)

    with pytest.raises(RuntimeError, match="returned before its answer was complete"):
        ask(application)


def test_what_an_application_raises_is_raised() -> None:
    @without_lifespan
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        ask(application)
