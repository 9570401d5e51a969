"""One archive from a server, however often the connection breaks off.

The part that is there is kept, and only the rest is asked for: `Range`, with `If-Range` so that a file that changed in
between comes whole (RFC 9110, 13.1.5 and 14). A server that sends it whole each time is let to. What counts in the end
is the published SHA-1 sum.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from streaming.imports.download.archives import Archive
from streaming.imports.download.part import Part, Version
from streaming.imports.download.progress import Update
from streaming.imports.download.space import readable
from streaming.imports.failure import ImportFailed

# Told what a person should know, as a line of text.
Say = Callable[[str], object]

# The server may have them answered another time: Request Timeout, Too Early, Too Many Requests, and all 5xx.
PASSING = {408, 425, 429}
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")
LONGEST_WAIT = 300.0


@dataclass(frozen=True)
class Patience:
    """How often in a row an attempt may bring nothing new, and how many seconds are waited, twice as long each time."""

    attempts: int = 8
    first_wait: float = 1.0
    longest_wait: float = 60.0


class TryAgain(Exception):
    """An attempt that brought not all; the message says why. `after`: seconds that the server asks to wait."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class Transfer:
    """Fetches what `part` lacks of `archive` from `url`."""

    def __init__(
        self, client: httpx.Client, url: str, archive: Archive, part: Part, *, patience: Patience, say: Say
    ) -> None:
        self.client = client
        self.url = url
        self.archive = archive
        self.part = part
        self.patience = patience
        self.say = say

    def run(self, update: Update) -> None:
        """Until the part has every byte; raises ImportFailed where that is not to be had."""
        failures, furthest = 0, self.part.size
        while True:
            try:
                self._attempt(update)
                return
            except (TryAgain, httpx.TransportError) as error:
                # New bytes prove the connection; a server that begins anew each time brings none at some point.
                failures = 0 if self.part.size > furthest else failures + 1
                furthest = max(furthest, self.part.size)
                self._wait(error, failures)

    def _wait(self, error: Exception, failures: int) -> None:
        reason = str(error) or type(error).__name__
        if failures >= self.patience.attempts:
            raise ImportFailed(
                f"{self.url}: {failures} attempts in a row brought nothing ({reason}). "
                f"{readable(self.part.size)} are kept: run the same command again to go on from there"
            ) from error
        seconds = min(self.patience.first_wait * 2 ** max(failures - 1, 0), self.patience.longest_wait)
        seconds = max(seconds, min(getattr(error, "after", 0.0), LONGEST_WAIT))
        self.say(
            f"{self.archive.file_name}: {reason}; trying again in {seconds:.0f} s from {readable(self.part.size)} on"
        )
        time.sleep(seconds)

    def _attempt(self, update: Update) -> None:
        with self.client.stream("GET", self.url, headers=self._headers()) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._beyond_the_end(response, update)
                return
            self._check_status(response)
            self._take_position(response, update)
            self._receive(response, update)
        total = self.part.version.total
        # Without a length a connection that broke off looks like the end.
        if self.part.size < (self.archive.smallest_size if total is None else total):
            raise TryAgain("the server ended before the file did")

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if self.part.size:
            headers["Range"] = f"bytes={self.part.size}-"
            if self.part.version.validator:
                headers["If-Range"] = self.part.version.validator
        return headers

    def _check_status(self, response: httpx.Response) -> None:
        status = f"{response.status_code} {response.reason_phrase}".strip()
        if response.status_code in PASSING or response.is_server_error:
            raise TryAgain(f"the server answers {status}", _retry_after(response))
        if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise ImportFailed(f"{response.url} cannot be had: the server answers {status}. Is the address right?")
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding != "identity":
            raise ImportFailed(f"{response.url} is sent as {encoding}, which was not asked for")

    def _take_position(self, response: httpx.Response, update: Update) -> None:
        """Sees to it that the part ends where what comes now begins."""
        version = Version(_validator(response), _total(response))
        self._check_total(version)
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            self._check_range(response, version, update)
            return
        if self.part.size:
            changed = version.validator != self.part.version.validator or version.total != self.part.version.total
            reason = "the file on the server has changed" if changed else "the server cannot send a part of the file"
            self.say(f"{self.archive.file_name}: {reason}; starting from the beginning")
        self._begin(version, update)

    def _check_range(self, response: httpx.Response, version: Version, update: Update) -> None:
        match = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        before = self.part.version
        same_validator = before.validator is None or version.validator in (None, before.validator)
        same_total = None in (before.total, version.total) or before.total == version.total
        if not (match and match[1] and int(match[1]) == self.part.size and same_validator and same_total):
            range_sent = response.headers.get("Content-Range", "no Content-Range")
            self._begin(Version(), update)
            raise TryAgain(f"what the server sends does not go on from the part ({range_sent}); it is dropped")
        self.part.learn(Version(before.validator or version.validator, before.total or version.total))

    def _beyond_the_end(self, response: httpx.Response, update: Update) -> None:
        """Right where the part is all of the file already."""
        total = _total(response)
        if total != self.part.size:
            self._begin(Version(), update)
            raise TryAgain("the part is longer than the file on the server; it is dropped")

    def _begin(self, version: Version, update: Update) -> None:
        update(-self.part.size)
        self.part.begin(version)

    def _check_total(self, version: Version) -> None:
        archive = self.archive
        if version.total is not None and not archive.smallest_size <= version.total <= archive.largest_size:
            raise ImportFailed(
                f"{self.url} has {readable(version.total)}, and the published size is {readable(archive.size)}: it is "
                "another file"
            )

    def _receive(self, response: httpx.Response, update: Update) -> None:
        most = self.part.version.total or self.archive.largest_size
        for data in response.iter_raw():
            if self.part.size + len(data) > most:
                raise ImportFailed(f"{self.url}: the server sends more than the {readable(most)} of the file")
            self.part.write(data)
            update(len(data))


def _validator(response: httpx.Response) -> str | None:
    """The ETag, where it is a strong one: a weak one does not vouch for every byte, and a date not within a second."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else None


def _total(response: httpx.Response) -> int | None:
    """Bytes of the whole file, where the server says it."""
    if response.status_code == httpx.codes.OK:
        length = response.headers.get("Content-Length", "")
    else:
        match = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        length = match[2] if match else ""
    return int(length) if length.isdecimal() else None


def _retry_after(response: httpx.Response) -> float:
    """Seconds; 0 for a date, which is the server's clock against ours."""
    after = response.headers.get("Retry-After", "")
    return float(after) if after.isdecimal() else 0.0
