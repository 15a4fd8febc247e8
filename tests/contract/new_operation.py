"""One more operation, and what everybody then knows of it: a script, for a process of its own.

It does what a new module in `bench/contract/operations/` and its row in `OPERATIONS` would do, before anybody else has
read the table, and prints what it sees as JSON.
"""

import json
import random
import sys

from bench.contract import operations
from bench.contract.operations.operation import Ask, Group, Operation
from tests.load.scripted import answering, scripted

BYTES = bytes(range(256))


def _draw(rng: random.Random) -> Ask:
    headers = (("Content-Type", "application/octet-stream"), ("X-Mark", "seen"))
    return ECHO.ask(query=f"?n={rng.randrange(9)}", headers=headers, body=BYTES)


ECHO = Operation(
    id="echo",
    title="Bytes, and the same bytes back",
    method="POST",
    path="/echo",
    draw=_draw,
    check=lambda ask, body: None if body == ask.body else "other bytes",
    content_type="application/octet-stream",
    group=Group("extras", "what an app may leave out", required=False),
)
operations.OPERATIONS += (ECHO,)

from bench.cli import choices  # noqa: E402  (it and all that follow read the table)
from bench.contract import every_answer, resources, smoke, workloads  # noqa: E402
from bench.contract.message import Answer, Request  # noqa: E402
from bench.load.requests import Pools  # noqa: E402
from bench.load.scripts import script  # noqa: E402
from bench.measure import plan  # noqa: E402
from bench.measure.profiles import PROFILES  # noqa: E402
from bench.micro.questions import brief, complaint, questions  # noqa: E402
from bench.micro.surroundings import INSIDE  # noqa: E402
from tests import builders  # noqa: E402
from tests.load.reference import Reference, http  # noqa: E402

sys.path.insert(0, str(INSIDE))


def _asked_by_smoke(*unsupported: str) -> list[str]:
    """The first lines of what a server is asked that has just started."""
    reference, lines = Reference(), list[str]()

    def answer(request: bytes) -> bytes:
        lines.append(request.split(b" HTTP", 1)[0].decode())
        return http("200 OK", BYTES) if request.startswith(b"POST /echo") else reference.answer(request)

    with scripted(answering(answer)) as server:
        smoke.check(f"http://127.0.0.1:{server.port}", unsupported)
    return lines


def _called_in_process() -> list[str | None]:
    """What is wrong with the answer of an application that echoes, and of one that does not."""
    import subject  # found where an app's environment finds it

    def application(environ, start_response):  # type: ignore[no-untyped-def]
        start_response("200 OK", [])
        assert environ["HTTP_X_MARK"] == "seen"
        assert environ["CONTENT_TYPE"] == "application/octet-stream"
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    (question,) = questions(builders.app(), ("echo",))
    document = json.loads(json.dumps(brief(builders.app(), "app", [question])))
    with subject.served(application, document["interface"]) as serve:
        ask, status = serve(document["questions"]["echo"])
        body = ask()
        assert status() == 200
    return [complaint(question, str(body, "latin-1")), complaint(question, "")]


def _types(content_type: str) -> list[str]:
    headers = (("Content-Type", content_type), ("Content-Length", "1"))
    answer = Answer(Request("POST", "/echo", b"x"), 11, 200, headers, b"x")
    return [violation.clause for violation in every_answer.violations(answer)]


workload = workloads.find("echo")
print(
    json.dumps(
        {
            "listed": [name for name, _ in choices.columns([])["Workloads"]],
            "planned": [workload.id for workload in plan.make(PROFILES["full"], [builders.app()], 1).workloads],
            "title": workload.title,
            "loaded": str(next(script(Pools("h:1", 1), workload, "1")).data, "latin-1"),
            "smoke": _asked_by_smoke(),
            "smoke_without": _asked_by_smoke("echo", "browse"),
            "asked": {name: workloads.asked(workloads.find(name), {name}) for name in ("echo", "browse", "crud-mix")},
            "in_process": _called_in_process(),
            "types": [_types("application/octet-stream"), _types("text/plain")],
            "required": list(resources.RESOURCES),
        }
    )
)
