"""The generator process: orders come in on standard input, replies go out on standard output, a JSON object a line.

With --master it loads nothing itself: others do, which join it.
"""

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import gevent
from locust import runners
from locust.exception import RPCError
from pydantic import TypeAdapter

from bench.errors import LoadError
from bench.load import process
from bench.load.crew import Crew
from bench.load.master import Master
from bench.load.protocol import FORGET, GATHER, ON_ONE_CPU, Order, Reply
from bench.load.rotation import Rotator
from bench.load.solo import Solo
from bench.load.stage import Stage, environment
from bench.load.team import MASTER
from bench.load.turns import SPIN_S

_ORDER = TypeAdapter(Order)
_BEATS_MISSED = 8
"""After so many seconds without a heartbeat a generator is lost. While one prepares requests, it is silent."""


def main() -> None:
    """Carry out orders until standard input ends. `null` for an order closes all connections."""
    process.open_more_files()
    if MASTER in sys.argv:
        host, port, generators, within_s = sys.argv[sys.argv.index(MASTER) + 1 :][:4]
        with _master(host, int(port), int(generators), float(within_s)) as crew:
            _serve(crew, _lines())
    else:
        spin_s = 0.0 if ON_ONE_CPU in sys.argv else SPIN_S
        _serve(Solo(Stage(environment().create_local_runner()), spin_s), sys.stdin)


def _serve(crew: Crew, lines: Iterable[str]) -> None:
    rotator = Rotator(crew)
    for line in lines:
        try:
            reply = _reply(crew, rotator, line.strip())
        except (OSError, LoadError) as error:
            reply = Reply(error=process.in_words(error))
        print(json.dumps(asdict(reply)), flush=True)


def _reply(crew: Crew, rotator: Rotator, line: str) -> Reply:
    if line not in (FORGET, GATHER):
        return rotator.rotate(_ORDER.validate_json(line))
    if line == FORGET:
        crew.forget()
    else:
        crew.gather()
    return Reply()


@contextlib.contextmanager
def _master(host: str, port: int, generators: int, within_s: float) -> Iterator[Master]:
    runners.HEARTBEAT_LIVENESS = _BEATS_MISSED
    try:
        runner = environment().create_master_runner(host, port)
    except RPCError as error:
        sys.exit(f"Nothing can listen at {host}:{port} ({error}).")
    try:
        yield Master(runner, generators, within_s)
    finally:
        runner.quit()
        runner.server.close(linger=0)


def _lines() -> Iterator[str]:
    """The lines of standard input; while there is none, messages and heartbeats are heard."""
    pool = gevent.get_hub().threadpool
    while line := pool.apply(sys.stdin.readline):
        yield line


if __name__ == "__main__":
    main()
