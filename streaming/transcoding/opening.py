"""A recording in another form, as it can be sent."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from streaming.transcoding.forms import Form, TranscodingError, cannot_be_had
from streaming.transcoding.growing import Growing
from streaming.transcoding.kept import failure, mark_used
from streaming.transcoding.rendition import Rendition


@dataclass(frozen=True)
class Opened:
    """`size` in bytes, of the whole also while it is made; `modified_ns` as the recording's."""

    file: BinaryIO | Growing
    size: int
    modified_ns: int
    is_whole: bool


def open_transcoded(path: Path, form: Form) -> Opened:
    """Raises TranscodingError where it is known that it cannot be had, and OSError."""
    rendition = Rendition.of(path, form)
    try:
        file = rendition.kept.open("rb")
    except FileNotFoundError:
        if (reason := failure(rendition.failed)) is not None:
            raise TranscodingError(cannot_be_had(form, reason)) from None
        return Opened(Growing(rendition), rendition.size, rendition.modified_ns, is_whole=False)
    # Open before it could be evicted: who reads a file reads it to its end.
    mark_used(file)
    return Opened(file, os.fstat(file.fileno()).st_size, rendition.modified_ns, is_whole=True)
