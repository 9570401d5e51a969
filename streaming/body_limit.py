"""Refuses large request bodies at once: Django under ASGI would first take in the whole of them, on disk."""

import asyncio
import json
from contextlib import suppress

# How long a refused client may go on sending before it is cut off. Closing on unread bytes resets the connection, and
# the client may then never see the answer.
LINGER_SECONDS = 5.0


class BodyLimit:
    """Wraps an ASGI application: HTTP requests with more than `max_bytes` of body are answered 413, in JSON.

    A body that gives no length is counted as it comes; the application is told that the client went away when it
    passes the limit. What is refused is not kept. Other connections are passed through.
    """

    def __init__(self, app, max_bytes: int):
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(receive, send, self.max_bytes)
        if _content_length(scope) > self.max_bytes:
            exchange.is_over = True
        else:
            await self.app(scope, exchange.receive, exchange.send)
        if exchange.is_over and not exchange.is_answered:
            await exchange.refuse()


class _Exchange:
    """One request and its answer, with the bytes received so far."""

    def __init__(self, receive, send, max_bytes: int):
        self._receive = receive
        self._send = send
        self.max_bytes = max_bytes
        self.received = 0
        self.is_over = False
        self.is_answered = False

    async def receive(self) -> dict:
        if not self.is_over:
            message = await self._receive()
            self.received += len(message.get("body", b""))
            self.is_over = self.received > self.max_bytes
        return {"type": "http.disconnect"} if self.is_over else message

    async def send(self, message: dict) -> None:
        """What the application says of a body that it did not get whole is not sent, unless it had begun before."""
        if self.is_over and not self.is_answered:
            return
        self.is_answered = True
        await self._send(message)

    async def refuse(self) -> None:
        content = json.dumps({"error": f"The body is larger than {self.max_bytes} bytes"}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        ]
        await self._send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": content, "more_body": True})
        with suppress(TimeoutError):  # the client was told, and sends still
            await asyncio.wait_for(self._drain(), LINGER_SECONDS)
        await self._send({"type": "http.response.body"})

    async def _drain(self) -> None:
        """Takes what still comes and drops it."""
        while (await self._receive()).get("more_body"):
            pass


def _content_length(scope) -> int:
    """The length that the client gave, in bytes; 0 where it gave none, as in a chunked body."""
    value = dict(scope["headers"]).get(b"content-length", b"")
    return int(value) if value.isdigit() else 0
