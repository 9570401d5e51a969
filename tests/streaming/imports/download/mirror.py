"""A server of archives on loopback, which can be as bad as a server gets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ETAG = '"first"'


@dataclass
class Mirror:
    """`files` by name, and what is wrong with it: lists hold what happens to the first, second … answer.

    `stops`: after how many bytes of an answer's body the connection is cut. `statuses`: answered instead of the file.
    `release`: until when an answer's connection stays open. `requests`: the headers of each that came.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    etags: list[str] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    has_ranges: bool = True
    minds_if_range: bool = True
    says_length: bool = True
    length_lie: int = 0
    range_lie: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    release: threading.Event | None = None
    requests: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    @property
    def ranges(self) -> list[str | None]:
        return [headers.get("Range") for headers in self.requests]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mirror: Mirror

    def do_GET(self) -> None:
        mirror = self.mirror
        mirror.requests.append(dict(self.headers))
        self.close_connection = True
        status = mirror.statuses.pop(0) if mirror.statuses else 200
        content = mirror.files.get(self.path.rpartition("/")[2])
        if status != 200 or content is None:
            self._answer(404 if status == 200 else status, b"", mirror.headers)
            return
        etag = mirror.etags.pop(0) if len(mirror.etags) > 1 else (mirror.etags or [ETAG])[0]
        self._send(content, etag)

    def _send(self, content: bytes, etag: str) -> None:
        mirror = self.mirror
        first = self._first_byte(etag) if mirror.has_ranges else 0
        headers = {"ETag": etag} | mirror.headers
        if first >= len(content):
            self._answer(416, b"", headers | {"Content-Range": f"bytes */{len(content)}"})
            return
        status = 206 if first else 200
        if first:
            total = len(content) + mirror.length_lie
            headers["Content-Range"] = f"bytes {first + mirror.range_lie}-{len(content) - 1}/{total}"
        stop = mirror.stops.pop(0) if mirror.stops else None
        self._answer(status, content[first:], headers, stop)

    def _first_byte(self, etag: str) -> int:
        wanted, condition = self.headers.get("Range"), self.headers.get("If-Range")
        if not wanted or (self.mirror.minds_if_range and condition not in (None, etag)):
            return 0
        return int(wanted.removeprefix("bytes=").removesuffix("-"))

    def _answer(self, status: int, body: bytes, headers: dict[str, str], stop: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.mirror.says_length:
            self.send_header("Content-Length", str(len(body) + (self.mirror.length_lie if body else 0)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[:stop])
        if self.mirror.release:
            self.mirror.release.wait(60)

    def log_message(self, *args: object) -> None:
        """Nothing: what came is in `requests`."""


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    handler = type("MirrorHandler", (Handler,), {"mirror": mirror})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mirror.address = f"http://127.0.0.1:{server.server_port}/fma/"
    try:
        yield mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
