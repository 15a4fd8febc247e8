"""The client against a server that follows a script: what is HTTP, what is not, and what comes too late."""

import socket
import ssl
import time

import pytest

from bench.contract.client import Client, NoAnswer
from bench.contract.message import Request
from bench.contract.response import FinalConnection
from bench.errors import ServerError, UsageError
from tests.contract.scripted import INTERIMS, Script, read_request, saying, scripted

GET = Request("GET", "/plaintext")
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello"


def test_reads_an_answer_with_its_headers_as_sent() -> None:
    sent = b"HTTP/1.1 201 Made\r\nX-One: a\r\nx-one: b\r\nContent-Length: 2\r\n\r\n{}"
    with scripted(saying(sent)) as url, Client(f"{url}/") as client:
        answer = client.send(GET)
    assert (answer.status, answer.version, answer.body, answer.values("X-ONE")) == (201, 11, b"{}", ["a", "b"])


def test_uses_one_connection_for_many_answers() -> None:
    with scripted(saying(HELLO, HELLO, HELLO)) as url, Client(url) as client:
        assert [client.send(GET).nth for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("interims", [*INTERIMS, b"".join(INTERIMS)], ids=["100", "102", "103", "all"])
def test_interim_answers_are_not_taken_for_the_one_that_counts(interims: bytes) -> None:
    """The generator's reader has the same cases."""
    with scripted(saying(interims + HELLO, HELLO)) as url, Client(url) as client:
        answers = [client.send(GET) for _ in range(2)]
        assert [(answer.status, answer.body, answer.nth) for answer in answers] == [
            (200, b"Hello", 1),
            (200, b"Hello", 2),
        ]
    with scripted(saying(interims + HELLO)) as url:
        connection = FinalConnection(url.removeprefix("http://"), timeout=2)
        connection.request("GET", "/plaintext")
        assert connection.getresponse().read() == b"Hello"
        connection.close()


def test_puts_chunks_together_and_tells_of_them() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n"
    with scripted(saying(chunks, HELLO)) as url, Client(url) as client:
        answer = client.send(GET)
        assert (answer.body, answer.header("Transfer-Encoding")) == (b"Hello", "chunked")
        assert client.send(GET).nth == 2


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    with scripted(saying(b"HTTP/1.1 200 OK\r\n\r\nHello")) as url, Client(url) as client:
        assert client.send(GET).body == b"Hello"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"", "closed without an answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no HTTP answer: BadStatusLine"),
        (b"HTTP/1.1 abc Hello\r\n\r\n", "no HTTP answer: BadStatusLine"),
        (b"HTTP/3.7 200 OK\r\n\r\n", "no HTTP answer"),
        (b"\x00" * 100_000, "no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, "no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHello", "4 bytes of the body are missing"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "no HTTP answer: IncompleteRead"),
    ],
)
def test_what_is_no_answer_is_told_as_such(said: bytes, expected: str) -> None:
    with scripted(saying(said)) as url, Client(url) as client, pytest.raises(NoAnswer, match=expected) as caught:
        client.send(GET)
    assert caught.value.request == GET
    assert not caught.value.hung


def _silent(sock: socket.socket) -> None:
    read_request(sock)
    sock.recv(1)


def _dripping(sock: socket.socket) -> None:
    """Each byte comes in time; the answer does not."""
    read_request(sock)
    for byte in HELLO:
        sock.sendall(bytes([byte]))
        time.sleep(0.1)


@pytest.mark.parametrize("script", [_silent, _dripping])
def test_a_server_that_hangs_is_given_up(script: Script) -> None:
    with scripted(script) as url, Client(url, timeout_s=0.3) as client:
        started = time.monotonic()
        with pytest.raises(NoAnswer, match=r"no whole answer within 0\.3 s") as caught:
            client.send(GET)
        assert time.monotonic() - started < 3
    assert caught.value.hung
    assert client.hung_in_a_row == 1


def test_a_connection_that_was_closed_is_opened_again_and_told_of() -> None:
    with scripted(saying(HELLO)) as url, Client(url) as client:
        first = client.send(GET)
        time.sleep(0.05)
        second = client.send(Request("GET", "/json"))
    assert (first.reopened, second.reopened, second.before) == (False, True, GET)
    assert second.nth == 1


def _hanging_up_on_the_second(sock: socket.socket) -> None:
    read_request(sock)
    sock.sendall(HELLO)
    read_request(sock)


def test_a_connection_that_breaks_under_a_request_is_tried_once_more() -> None:
    with scripted(_hanging_up_on_the_second, saying(HELLO)) as url, Client(url) as client:
        client.send(GET)
        assert client.send(GET).reopened


def test_bytes_after_an_answer_are_kept_apart_from_the_next() -> None:
    with scripted(saying(HELLO + b" and more"), saying(HELLO)) as url, Client(url) as client:
        client.send(GET)
        time.sleep(0.05)
        answer = client.send(GET)
    assert (answer.stray, answer.body, answer.before) == (b" and more", b"Hello", GET)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_what_follows_an_answer_is_seen_on_a_connection_of_its_own(method: str) -> None:
    def script(sock: socket.socket) -> None:
        assert b"Connection: close" in read_request(sock)
        sock.sendall(HELLO)
        time.sleep(0.05)
        sock.sendall(b"!")

    with scripted(script) as url, Client(url) as client:
        _, rest = client.send_alone(Request(method, "/plaintext"))
    assert rest == (b"Hello!" if method == "HEAD" else b"!")


def _refusing_unread(sock: socket.socket) -> None:
    """As servers do that look at `Content-Length` alone: answer, and reset the connection."""
    sock.recv(1000)
    sock.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


@pytest.mark.parametrize("size", [65_537, 1_000_000, 8_000_000])
def test_a_body_that_is_refused_unread_has_its_answer(size: int) -> None:
    with scripted(_refusing_unread) as url, Client(url) as client:
        for _ in range(3):
            assert client.send(Request("POST", "/items", b" " * size)).status == 413


def test_no_server_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}") as client, pytest.raises(ServerError, match="cannot be reached"):
        client.send(GET)


@pytest.mark.parametrize("path", ["", "/shop"])
def test_a_password_in_a_url_is_neither_taken_nor_repeated(path: str) -> None:
    with pytest.raises(UsageError, match=r"give http://host:8000\.$") as caught:
        Client(f"http://me:secret@host:8000{path}")
    assert "secret" not in str(caught.value)


def test_a_certificate_that_nobody_here_knows_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = ssl.SSLCertVerificationError(1, "certificate verify failed")
    fault.verify_message = "self-signed certificate in certificate chain"

    def refuse(_: Client, sock: socket.socket) -> None:
        sock.close()
        raise fault

    monkeypatch.setattr(Client, "_secured", refuse)
    refusal = pytest.raises(ServerError, match=r"not trusted here \(self-signed .*\)\. .* SSL_CERT_FILE")
    with scripted(saying(HELLO)) as url, Client(url.replace("http:", "https:")) as client, refusal:
        client.send(GET)


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:8000", "ftp://host", "http://", "http://host:x", "http://host/path", "http://[", "http://host?x=1"],
)
def test_a_url_that_is_no_servers_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Client(url)


def test_an_address_of_version_6_is_in_brackets() -> None:
    client = Client("http://[::1]:8000/")
    assert client.address == ("::1", 8000)
    assert b"\r\nHost: [::1]:8000\r\n" in client.on_the_wire(GET)


def test_a_request_reads_like_one() -> None:
    assert str(GET) == "GET /plaintext"
    assert str(Request("POST", "/items", b'{"name": "Lamp"}')) == 'POST /items {"name": "Lamp"}'
    assert str(Request("POST", "/items", b"x", "text/plain")) == "POST /items [text/plain] 'x'"
    assert str(Request("POST", "/items", b"", None)) == "POST /items [no Content-Type] "
    assert str(Request("POST", "/items", b" " * 65_537)).endswith("(65,537 bytes)")
    assert "\x00" not in str(Request("POST", "/items", b"\x00\xff" * 500))
    assert len(str(Request("GET", "/items/" + "9" * 5000))) < 200
