"""Large bodies are refused over a real server, in front of the very handler that would have spooled them."""

import itertools
import resource
import socket
from collections.abc import Iterator

import httpx
import pytest
from django.core.asgi import get_asgi_application

from streaming.body_limit import BodyLimit
from tests.serving import served

LIMIT = 1000
HUGE = 100_000_000
PATH = "/api/v1/no-such-page/"


async def echo(scope, receive, send):
    """Answers with the number of bytes it was given."""
    received, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        received += len(message["body"])
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(received).encode()})


@pytest.fixture
def address() -> Iterator[str]:
    with served(BodyLimit(echo, LIMIT)) as server:
        yield server


@pytest.fixture
def django_address(transactional_db) -> Iterator[str]:
    with served(BodyLimit(get_asgi_application(), LIMIT)) as server:
        yield server


def blocks(total: int) -> Iterator[bytes]:
    return itertools.repeat(b"x" * 50_000, total // 50_000)


def peak_memory() -> int:
    """The most memory that this process, with the server in it, has had, in KiB (Linux counts so)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_body_up_to_the_limit_is_passed_on(address):
    assert httpx.post(address, content=b"x" * LIMIT).text == "1000"
    assert httpx.post(address, content=iter([b"x" * 600, b"x" * 400])).text == "1000"
    assert httpx.get(address).text == "0"


@pytest.mark.parametrize("content", [b"x" * (LIMIT + 1), [b"x" * 600, b"x" * 401]], ids=["length", "chunked"])
def test_one_byte_more_is_refused(address, content):
    response = httpx.post(address, content=content if isinstance(content, bytes) else iter(content))
    assert response.status_code == 413
    assert response.json() == {"error": "The body is larger than 1000 bytes"}


@pytest.mark.parametrize("headers", [{"Content-Length": str(HUGE)}, {}], ids=["length", "chunked"])
def test_a_huge_body_is_refused_and_not_kept(django_address, headers):
    httpx.get(django_address + PATH)  # what a first request loads is not the body's
    before = peak_memory()
    response = httpx.post(django_address + PATH, content=blocks(HUGE), headers=headers, timeout=30)
    assert response.status_code == 413
    assert peak_memory() - before < 20_000


@pytest.mark.parametrize(
    "head", [f"Content-Length: {HUGE}\r\n\r\n", f"Transfer-Encoding: chunked\r\n\r\n800\r\n{'x' * 2048}\r\n"]
)
def test_the_answer_comes_before_the_body_ends(django_address, head):
    url = httpx.URL(django_address)
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        connection.sendall(f"POST {PATH} HTTP/1.1\r\nHost: {url.host}\r\n{head}".encode())
        answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_client_that_reads_only_after_it_sent_all_gets_the_answer(django_address):
    """Closing on unread bytes would reset the connection under it."""
    url = httpx.URL(django_address)
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        connection.sendall(f"POST {PATH} HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: {HUGE}\r\n\r\n".encode())
        for block in blocks(HUGE):
            connection.sendall(block)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_other_requests_go_on_after_a_refusal(django_address):
    with httpx.Client() as browser:
        assert browser.post(django_address + PATH, content=b"x" * 5000).status_code == 413
        assert browser.get(django_address + PATH).status_code == 404


async def test_the_application_is_given_no_byte_beyond_the_limit():
    parts = iter([{"type": "http.request", "body": bytes(600), "more_body": True}] * 3 + [{"type": "http.disconnect"}])
    given, sent = [], []

    async def app(scope, receive, send):
        given.extend([await receive(), await receive(), await receive()])
        await send({"type": "http.response.start", "status": 400, "headers": []})

    async def receive():
        return next(parts)

    async def send(message):
        sent.append(message)

    await BodyLimit(app, LIMIT)({"type": "http", "headers": []}, receive, send)
    assert [len(message.get("body", b"")) for message in given] == [600, 0, 0]
    assert [message["status"] for message in sent if "status" in message] == [413]


async def test_websockets_are_passed_through():
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["type"], await receive()))

    huge = {"type": "websocket.receive", "bytes": bytes(LIMIT + 1)}

    async def receive():
        return huge

    await BodyLimit(app, LIMIT)({"type": "websocket", "headers": []}, receive, None)
    assert seen == [("websocket", huge)]


async def test_an_answer_that_had_begun_goes_on():
    """An application may answer before it has read the body; a second answer on top would break the connection."""
    parts = iter([{"type": "http.request", "body": bytes(LIMIT + 1), "more_body": False}])
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.body", "body": b"done"})

    async def receive():
        return next(parts)

    async def send(message):
        sent.append(message)

    await BodyLimit(app, LIMIT)({"type": "http", "headers": []}, receive, send)
    assert [message.get("status", message.get("body")) for message in sent] == [200, b"done"]
