"""Posting JSON for little: a load that is made on the machine that it is put on must not be most of what that does."""

import asyncio
import json
from urllib.parse import urlsplit


class Poster:
    """One browser's connection to a server: kept, and opened anew where the server has closed it (RFC 9112)."""

    def __init__(self, address: str, cookie: str) -> None:
        parts = urlsplit(address)
        self._place = parts.hostname, parts.port
        self._head = f"Host: {parts.netloc}\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, content: dict) -> None:
        """Raises RuntimeError for an answer that is no success."""
        body = json.dumps(content).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        reader, writer = await self._connected()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        status, *fields = answer.decode("latin-1").split("\r\n")
        lengths = [field.split(":")[1] for field in fields if field.lower().startswith("content-length:")]
        said = await reader.readexactly(int(lengths[0]))
        if status.split()[1][0] != "2":
            raise RuntimeError(f"{status}: {said[:200]!r}")

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection(*self._place)
        return self._streams

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
