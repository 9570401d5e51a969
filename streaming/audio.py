"""From a Range request to the bytes of a track: RFC 9110, sections 13 (conditions) and 14 (ranges)."""

import asyncio
import logging
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseNotFound,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from streaming.models import Track
from streaming.transcoding import Form, FormError, Growing, Opened, TranscodingError, is_possible, open_transcoded

logger = logging.getLogger(__name__)

# Only these leave the media folder. Ogg holds Vorbis or Opus, and its type fits both (RFC 5334).
CONTENT_TYPES = {
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
}
PLAIN_TEXT = "text/plain; charset=utf-8"
# kbit/s, where a format is asked for without one.
BIT_RATE = "128"
CACHE_CONTROL = "private, max-age=3600"
# Bytes read at a time. By benchmarks/audio.py, smaller blocks slow whole files down and larger ones gain little.
BLOCK = 256 * 1024
# Seconds between two looks at a file that grows.
LOOK_AGAIN = 0.03
# One range of bytes, as `bytes=first-last`, `bytes=first-` or `bytes=-length` (RFC 9110, 14.1.2).
RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,20})-(?P<last>[0-9]{0,20})|-(?P<length>[0-9]{1,20}))", re.IGNORECASE)


class Unavailable(Exception):
    """There is no audio to send; the message says why, in words for a listener."""


class RangeNotSatisfiable(Exception):
    """The range begins beyond the end of the file, or asks for no byte."""


@dataclass(frozen=True)
class Audio:
    """An open file with what identifies its content; the response closes it."""

    file: BinaryIO | Growing
    content_type: str
    size: int
    etag: str
    modified: int  # whole seconds since 1970, as HTTP dates count
    is_whole: bool


class Piece:
    """`length` bytes of a file from `first` on, in blocks. The file is closed with the response, sent or given up."""

    def __init__(self, file: BinaryIO | Growing, first: int, length: int):
        file.seek(first)
        self.file = file
        self.remaining = length
        self.close = file.close

    def block(self) -> bytes | None:
        """Empty at the end; None where the file grows, and has not come so far. Raises TranscodingError."""
        block = self.file.read(min(BLOCK, self.remaining))
        self.remaining -= len(block or b"")
        return block


class BlockingPiece(Piece):
    def __iter__(self) -> Iterator[bytes]:
        while (block := self.block()) != b"":
            if block is None:
                time.sleep(LOOK_AGAIN)
            else:
                yield block


class AsyncPiece(Piece):
    """Read in threads: Django would consume a blocking iterator whole before it sends the first byte under ASGI."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (block := await asyncio.to_thread(self.block)) != b"":
            if block is None:
                await asyncio.sleep(LOOK_AGAIN)
            else:
                yield block


def piece(request: HttpRequest, file: BinaryIO | Growing, first: int, length: int) -> Piece:
    """Bytes of a file as a response can stream them: the one place that knows which kind of server asks."""
    kind = AsyncPiece if isinstance(request, ASGIRequest) else BlockingPiece
    return kind(file, first, length)


@require_safe
def audio(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A track's audio, whole or one range of it; 404 with the reason in plain text where there is none.

    `?format=opus&bitrate=96` sends it in that format, while it is made; without ffmpeg it is the original that is sent.
    HEAD answers with the header that GET would have (9.3.2), ranges included.
    """
    try:
        found = _open(pk, _form(request))
    except FormError as error:
        return HttpResponseBadRequest(f"{error}\n", content_type=PLAIN_TEXT)
    except Unavailable as reason:
        return HttpResponseNotFound(f"{reason}\n", content_type=PLAIN_TEXT)
    if settings.AUDIO_ACCEL and found.is_whole:
        return _handed_over(found)
    response = get_conditional_response(request, etag=found.etag, last_modified=found.modified)
    if response is None:
        response = _content(request, found)
    if not response.streaming:
        found.file.close()
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = found.etag
    response["Last-Modified"] = http_date(found.modified)
    response["Cache-Control"] = CACHE_CONTROL
    return response


def _handed_over(audio: Audio) -> HttpResponse:
    """An answer without a body, for which nginx sends the file: whole or in part, by the conditions of the request.

    `Accel` means a file of nginx's own disk; it answers with an ETag of its own, and so no condition is looked at here.
    """
    audio.file.close()
    path = settings.AUDIO_ACCEL.rstrip("/") + quote(os.path.realpath(audio.file.name))
    headers = {"X-Accel-Redirect": path, "Cache-Control": CACHE_CONTROL}
    return HttpResponse(content_type=audio.content_type, headers=headers)


def _form(request: HttpRequest) -> Form | None:
    """What the audio is to be made into, None for as it is; raises FormError."""
    name = request.GET.get("format", "")
    if name in ("", "original"):
        return None
    form = Form.parse(name, request.GET.get("bitrate", BIT_RATE))
    return form if is_possible() else None


def _open(pk: int, form: Form | None) -> Audio:
    try:
        track = Track.objects.select_related("folder").only("audio_state", "path", "folder__path").get(pk=pk)
    except Track.DoesNotExist:
        raise Unavailable(_("There is no track {pk}.").format(pk=pk)) from None
    if not track.is_playable:
        said = _("The audio of track {pk} is not to be had: {state}.")
        raise Unavailable(said.format(pk=pk, state=track.get_audio_state_display()))
    try:
        path = track.audio_file()
        content_type = CONTENT_TYPES[form.suffix if form else path.suffix.lower()]
        opened = open_transcoded(path, form) if form else _as_it_is(path)
    except TranscodingError as error:
        logger.warning("Track %s is not to be had as %s: %s", pk, form, error)
        raise Unavailable(str(error)) from None
    # pathlib reports a circle of links as RuntimeError, and a path out of the folder or with a NUL as ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        logger.warning("The audio of track %s cannot be opened: %s", pk, error)
        raise Unavailable(_("The audio of track {pk} is gone or out of reach.").format(pk=pk)) from None
    except KeyError:
        logger.warning("Track %s is no audio file: %s", pk, path)
        raise Unavailable(_("Track {pk} is of a kind that is not served.").format(pk=pk)) from None
    return Audio(
        opened.file, content_type, opened.size, _etag(pk, opened), opened.modified_ns // 10**9, opened.is_whole
    )


def _as_it_is(path: Path) -> Opened:
    file = path.open("rb")
    stat = os.fstat(file.fileno())
    return Opened(file, stat.st_size, stat.st_mtime_ns, is_whole=True)


def _etag(pk: int, opened: Opened) -> str:
    """Of a file that grows it is what nginx will say of it, where it is nginx that sends it once it is whole."""
    if settings.AUDIO_ACCEL:
        return f'"{opened.modified_ns // 10**9:x}-{opened.size:x}"'
    return f'"{pk:x}-{opened.size:x}-{opened.modified_ns:x}"'


def _content(request: HttpRequest, audio: Audio) -> HttpResponseBase:
    """200, 206 or 416, with the file given to the response where it is to be read."""
    try:
        span = _span(request, audio)
    except RangeNotSatisfiable:
        text = _("The audio has {size} bytes; {range} is not among them.")
        return HttpResponse(
            f"{text.format(size=audio.size, range=request.headers['Range'])}\n",
            status=416,
            content_type=PLAIN_TEXT,
            headers={"Content-Range": f"bytes */{audio.size}"},
        )
    sent = span or range(audio.size)
    headers = {"Content-Length": str(len(sent))}
    if span:
        headers["Content-Range"] = f"bytes {span[0]}-{span[-1]}/{audio.size}"
    options = {"status": 206 if span else 200, "content_type": audio.content_type, "headers": headers}
    if request.method == "HEAD":
        return HttpResponse(**options)
    return StreamingHttpResponse(piece(request, audio.file, sent.start, len(sent)), **options)


def _span(request: HttpRequest, audio: Audio) -> range | None:
    """The bytes asked for, or None for all of them; raises RangeNotSatisfiable.

    Several ranges and malformed ones are ignored, as 14.2 allows, and so is a range of an empty file, which
    Content-Range could not express.
    """
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    if not (match and audio.size and _if_range(request, audio)):
        return None
    if match["length"]:
        span = range(max(0, audio.size - int(match["length"])), audio.size)
    else:
        first, last = int(match["first"]), int(match["last"] or audio.size)
        if last < first and match["last"]:
            return None
        span = range(first, min(last + 1, audio.size))
    if not span:
        raise RangeNotSatisfiable
    return span


def _if_range(request: HttpRequest, audio: Audio) -> bool:
    """Whether the client's part is of this very file: an exact match of strong ETag or date (13.1.5)."""
    validator = request.headers.get("If-Range")
    if validator is None or validator == audio.etag:
        return True
    return parse_http_date_safe(validator) == audio.modified
