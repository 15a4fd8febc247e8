"""The workloads under Locust's own command line, in processes of their own: Locust patches what imports it."""

import json
import socket
import subprocess
import sys
import threading
from typing import Any

import pytest

from bench.contract.operations import OPERATIONS
from bench.contract.workloads import WORKLOADS
from bench.workspace import ROOT
from tests.contract.scripted import read_request
from tests.load.reference import HELLO, Reference, http
from tests.load.scripted import Talk, answering, scripted

pytestmark = pytest.mark.servers

LOCUST = (sys.executable, "-m", "locust", "-f", "bench/load/locustfile.py")
USERS = 2 * len(WORKLOADS)


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def headless(url: str, *more: str, users: int, seconds: int = 1) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code, and Locust's own statistics by name."""
    load = ("--headless", "-u", str(users), "-r", "100", "-t", f"{seconds}s", "--json", "--only-summary")
    done = run(*LOCUST, "--host", url, *load, *more)
    last = done.stdout.rpartition("[]\n")[2]  # processes of Locust's own print an empty list each, before the whole
    return done.returncode, {line["name"]: line for line in json.loads(last)}


def test_every_workload_runs_and_locust_counts_each_exchange() -> None:
    with scripted(answering(Reference().answer, 0.005)) as server:
        code, stats = headless(f"http://127.0.0.1:{server.port}", users=USERS, seconds=2)
        answered = len(server.asked)
    assert code == 0
    assert {name: line["num_failures"] for name, line in stats.items()} == {operation.id: 0 for operation in OPERATIONS}
    counted = sum(stat["num_requests"] for stat in stats.values())
    assert answered - USERS <= counted <= answered
    assert {stats[name]["method"] for name in ("create-item", "update-item", "delete-item")} == {
        "POST",
        "PUT",
        "DELETE",
    }
    for stat in stats.values():
        assert stat["num_requests"] > 10
        assert stat["total_response_time"] / stat["num_requests"] >= 5
    assert stats["plaintext"]["total_content_length"] == 13 * stats["plaintext"]["num_requests"]


@pytest.mark.slow
def test_processes_of_locusts_own_share_the_users_and_its_counts_add_up() -> None:
    with scripted(answering(Reference().answer, 0.005)) as server:
        code, stats = headless(
            f"http://127.0.0.1:{server.port}", "--processes", "2", "ReadItem", "CrudMix", users=8, seconds=3
        )
        answered, connections = len(server.asked), server.connections
    assert code == 0
    assert connections == 8
    assert sum(line["num_failures"] for line in stats.values()) == 0
    assert answered - 8 <= sum(line["num_requests"] for line in stats.values()) <= answered


def newer_loopback() -> str:
    """The loopback address of version 6; on a machine without it, the older one."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return "::1"
    except OSError:
        return "127.0.0.1"


def test_classes_are_chosen_by_name() -> None:
    """At an address in brackets, as is written for version 6; no user checks a megabyte while the others wait."""
    host = newer_loopback()
    with scripted(answering(Reference().answer, 0.005), host) as server:
        url = f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"
        code, stats = headless(url, "ReadItem", "DeleteItem", users=2)
    assert (code, stats.keys()) == (0, {"read-item", "create-item", "delete-item"})
    assert sum(line["num_failures"] for line in stats.values()) == 0
    for stat in stats.values():
        assert 5 <= stat["total_response_time"] / stat["num_requests"] < 60


def test_what_fails_is_a_failure_in_locusts_words() -> None:
    ways = (http("404 Not Found"), HELLO + HELLO, HELLO[:-1], b"")

    def failing(talk: Talk) -> None:
        talk.request()
        talk.say(ways[talk.server.connections % len(ways)])

    with scripted(failing) as server:
        url = f"http://127.0.0.1:{server.port}"
        done = run(
            *LOCUST, "--host", url, "--headless", "-u", "3", "-r", "3", "-t", "1s", "--only-summary", "Plaintext"
        )
        assert 8 <= len(server.asked) <= 60  # neither stuck nor spinning
    assert done.returncode == 1
    for kind in ("status 404", "malformed", "truncated", "closed"):
        assert f"ExchangeError('{kind}" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_without_a_host_that_can_be_loaded_locust_ends_with_one_sentence() -> None:
    done = run(*LOCUST, "--headless", "-t", "1s")
    assert done.returncode == 1
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence == "There is no server to load: give it as --host http://localhost:8000."
    assert "Traceback" not in done.stderr


FIRST = socket.getaddrinfo("localhost", 8123, type=socket.SOCK_STREAM)[0][4][0]
"""Of the addresses that this name has here; no server listens at any."""
ADDRESSES = {
    "http://127.0.0.1:8123": "('127.0.0.1', 8123)",
    "http://127.0.0.1": "('127.0.0.1', 80)",
    "http://localhost:8123/": f"('{FIRST}', 8123)",
    "http://[::1]:8123": "('::1', 8123)",
    "https://127.0.0.1:8000": "https is not supported",
    "127.0.0.1:8000": "'127.0.0.1:8000' is no address of a server",
    "http://": "'http://' is no address of a server",
    "http://127.0.0.1:port": "'http://127.0.0.1:port' is no address of a server",
    "http://127.0.0.1:99999": "'http://127.0.0.1:99999' is no address of a server",
    "http://127.0.0.1:8000/shop": "'http://127.0.0.1:8000/shop' is no address of a server",
    "http://me:secret@127.0.0.1:8000": "The URL has a user name, but the contract has no log-in",
}
ADDRESS = """
import sys
from bench.load.locustfile import address
for url in sys.argv[1:]:
    try:
        print(address(url))
    except ValueError as error:
        print(error)
"""


def test_addresses_are_read_or_refused_in_a_sentence() -> None:
    lines = run(sys.executable, "-c", ADDRESS, *ADDRESSES).stdout.splitlines()
    for line, expected in zip(lines, ADDRESSES.values(), strict=True):
        assert line.startswith(expected)
        assert expected[0] == "(" or line.endswith(": give it as --host http://localhost:8000.")


REACHED = """
import sys
from bench.load.connection import KeptConnection
from bench.load.locustfile import _reached
host, port = sys.argv[1], int(sys.argv[2])
print(_reached(["127.0.0.9", host], port), _reached(["127.0.0.9"], port))
print(KeptConnection(host, port).exchange(b"GET / HTTP/1.1\\r\\n\\r\\n").decode())
"""


def test_of_a_names_addresses_the_one_with_a_server_is_loaded() -> None:
    """As where localhost is the older loopback address and the newer one, and a server listens on this alone."""
    host = newer_loopback()
    listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)

    def serve() -> None:
        for _ in range(2):  # the first asks nothing
            sock, _ = listener.accept()
            with sock:
                if read_request(sock):
                    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello")

    with listener:
        thread = threading.Thread(target=serve)
        thread.start()
        host, port = listener.getsockname()[:2]
        lines = run(sys.executable, "-c", REACHED, host, str(port)).stdout.splitlines()
        thread.join()
    assert lines[0] == f"{host} 127.0.0.9"
    assert lines[-1] == "Hello"


TIMED_OUT = """
import sys, gevent
from bench.load import locustfile
from locust.env import Environment
locustfile.ANSWER_WITHIN_S = 0.1
environment = Environment(user_classes=[locustfile.Plaintext], host=sys.argv[1])
runner = environment.create_local_runner()
runner.start(2, spawn_rate=2)
gevent.sleep(0.8)
runner.quit()
print(*sorted({str(error.error) for error in environment.stats.errors.values()}), sep=chr(10))
print(environment.stats.total.num_failures, environment.stats.total.min_response_time)
"""


def test_a_server_that_never_answers_is_timed_out_again_and_again() -> None:
    with scripted(lambda talk: [talk.request() for _ in range(9)] and None) as server:
        done = run(sys.executable, "-c", TIMED_OUT, f"http://127.0.0.1:{server.port}")
    reason, counts = done.stdout.strip().splitlines()
    assert "timed out: no answer within 0.1 s" in reason
    failures, shortest_ms = counts.split()
    assert 2 <= int(failures) <= 12
    assert 100 <= float(shortest_ms) < 400
