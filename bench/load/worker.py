"""One generator of several: a process that joins a master and plays what that says, by Locust's own worker.

Its exit code is an Ending. Usage: python -m bench.load.worker HOST PORT [--on-one-cpu]
"""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import gevent
from locust import runners
from pydantic import TypeAdapter

from bench.errors import LoadError
from bench.host import processes
from bench.load import messages, process
from bench.load.parts import Cue, Kept, Share
from bench.load.protocol import ON_ONE_CPU, Order
from bench.load.solo import Solo
from bench.load.stage import Stage, environment
from bench.load.team import Ending
from bench.load.turns import SPIN_S, wait_until

MASTER_GONE_S = 15
"""After so long without a word from the master it is gone. It is silent while it writes times to the disk."""
_LAST_WORD_S = 0.2

_ORDER, _SHARE, _CUE = TypeAdapter(Order), TypeAdapter(Share), TypeAdapter(Cue)
_KEPT = TypeAdapter(tuple[Kept, ...])


class Worker:
    """Plays its share with the users of this process, and answers each message of the master."""

    def __init__(self, runner: Any, solo: Solo, spin_s: float) -> None:
        self._runner, self._solo, self._spin_s = runner, solo, spin_s
        self.ending: Ending | None = None
        parts: dict[str, Callable[[Any], Any]] = {
            messages.PING: lambda _: None,
            messages.ENGAGE: self._engage,
            messages.READY: self._ready,
            messages.PLAY: self._play,
            messages.DISMISS: lambda _: _KEPT.dump_python(self._solo.dismiss()),
            messages.FORGET: lambda _: self._solo.forget(),
        }
        for name, part in parts.items():
            runner.register_message(name, partial(self._answer, part), concurrent=True)
        runner.register_message(messages.WELCOME, self._welcome)
        runner.register_message(messages.REFUSED, self._refused)

    def join(self) -> None:
        """Say that all is ready, with what the master must know."""
        said = {"edition": process.edition(), "cpus": len(processes.cpus()) or processes.cpu_count()}
        self._runner.send_message(messages.JOINED, said)

    def _answer(self, part: Callable[[Any], Any], msg: Any, **_: object) -> None:
        number = msg.data["number"]
        try:
            answer = {"number": number, "result": part(msg.data["said"]), "error": None}
        except (OSError, LoadError) as error:
            answer = {"number": number, "error": process.in_words(error)}
        except Exception as error:  # noqa: BLE001  (the master must hear of it)
            answer = {"number": number, "error": repr(error)}
        self._runner.send_message(messages.ANSWER, answer)

    def _engage(self, said: Any) -> None:
        self._solo.engage(_ORDER.validate_python(said["order"]), _SHARE.validate_python(said["share"]))

    def _ready(self, said: Any) -> str | None:
        return self._solo.ready(_CUE.validate_python(said))

    def _play(self, said: Any) -> dict[str, Any]:
        if said["after_s"]:
            wait_until(time.perf_counter() + said["after_s"], self._spin_s)
        return asdict(self._solo.play(_CUE.validate_python(said["cue"])))

    def _welcome(self, **_: object) -> None:
        print("joined", flush=True)

    def _refused(self, **_: object) -> None:
        self.ending = Ending.REFUSED
        self._runner.greenlet.kill(block=False)


def main(host: str, port: int, spin_s: float) -> Ending:
    """Join the master there and stay with it to its end."""
    process.open_more_files()
    runners.MASTER_HEARTBEAT_TIMEOUT = MASTER_GONE_S
    try:
        runner: Any = environment().create_worker_runner(host, port)
    except ConnectionError:
        return Ending.NO_MASTER
    worker = Worker(runner, Solo(Stage(runner), spin_s), spin_s)
    worker.join()
    try:
        runner.greenlet.join()
    except KeyboardInterrupt:
        runner.environment.events.quitting.fire(environment=runner.environment)
        gevent.sleep(_LAST_WORD_S)
        runner.greenlet.kill()
    runner.client.close(linger=0)
    silent_s = time.time() - (runner.last_heartbeat_timestamp or time.time())
    return worker.ending or (Ending.MASTER_GONE if silent_s >= MASTER_GONE_S else Ending.DONE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), 0.0 if ON_ONE_CPU in sys.argv else SPIN_S))
