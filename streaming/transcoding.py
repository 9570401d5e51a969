"""Audio in another format, made by ffmpeg: whole before it is sent, so that it can be sought in from the first play.

What was made is kept in VAR_DIR/transcoded up to TRANSCODING_CACHE_MB; what was used longest ago goes first. A
recording of five minutes takes a second or two; the player asks for the next track ahead.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

# Name: suffix, and what ffmpeg encodes it with. Opus at half its effort takes half the time, and sounds the same from
# 64 kbit/s on (the encoder's own documentation calls 5 the choice for slower machines).
FORMATS = {
    "opus": (".opus", ("-c:a", "libopus", "-compression_level", "5")),
    "mp3": (".mp3", ("-c:a", "libmp3lame")),
}
# kbit/s; both encoders take all of these for stereo.
BIT_RATES = (48, 64, 96, 128, 160, 192, 256)
# Of files that are being made.
ASIDE = "making-"
# Seconds for which one file may be worked on.
PATIENCE = 300
# So many at a time: more would take the machine from those who listen.
_workers = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
_being_made: dict[Path, threading.Lock] = {}
_being_made_lock = threading.Lock()


class TranscodingError(Exception):
    """It cannot be had in this form; the message says why, in words for a listener."""


class FormError(TranscodingError, ValueError):
    """The form asked for is none; the message says what would be one."""


@dataclass(frozen=True)
class Form:
    """What a recording is to become; `bit_rate` in kbit/s."""

    format: str
    bit_rate: int

    @classmethod
    def parse(cls, format: str, bit_rate: str) -> "Form":
        """Raises FormError."""
        if format not in FORMATS:
            raise FormError(f"{format[:40]!r} is no format; {' or '.join(FORMATS)} is")
        if bit_rate not in map(str, BIT_RATES):
            raise FormError(f"{bit_rate[:40]!r} is no bit rate; one of {', '.join(map(str, BIT_RATES))} (kbit/s) is")
        return cls(format, int(bit_rate))

    @property
    def suffix(self) -> str:
        return FORMATS[self.format][0]


def is_possible() -> bool:
    return shutil.which("ffmpeg") is not None


def open_transcoded(path: Path, form: Form) -> BinaryIO:
    """The file in that form, made now where it is not kept; raises TranscodingError, and OSError for a full disk."""
    stat = path.stat()
    # Another content of the file has another name.
    name = f"{stat.st_dev:x}-{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}-{form.bit_rate}{form.suffix}"
    kept = folder() / name
    with _alone(kept):
        if not kept.exists():
            _make(path, form, kept)
        # Open before anything is evicted: who reads a file reads it to its end.
        file = kept.open("rb")
        _mark_used(kept)
    evict(settings.TRANSCODING_CACHE_MB * 1_000_000)
    return file


def folder() -> Path:
    return settings.VAR_DIR / "transcoded"


@contextmanager
def _alone(kept: Path) -> Iterator[None]:
    """Two who ask for the same file at once wait for one process."""
    with _being_made_lock:
        lock = _being_made.setdefault(kept, threading.Lock())
    with lock:
        yield
    with _being_made_lock:
        _being_made.pop(kept, None)


def _make(path: Path, form: Form, kept: Path) -> None:
    """Written aside and renamed: a file that is there is whole."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise TranscodingError("Other formats need ffmpeg, which is not installed here.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=ASIDE, suffix=form.suffix, dir=kept.parent)
    os.close(handle)
    command = [ffmpeg, "-nostdin", "-loglevel", "error", "-y", "-i", str(path), "-map", "0:a:0", "-map_metadata", "-1"]
    command += [*FORMATS[form.format][1], "-b:a", f"{form.bit_rate}k", "-ac", "2", aside]
    try:
        with _workers:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            raise TranscodingError(f"This cannot be had as {form.format}: {done.stderr.strip()[-200:]}")
        Path(aside).replace(kept)
    except subprocess.TimeoutExpired:
        raise TranscodingError(f"This cannot be had as {form.format}: it took longer than {PATIENCE} s.") from None
    finally:
        Path(aside).unlink(missing_ok=True)


def _mark_used(kept: Path) -> None:
    """By the time of its last reading, which file systems do not always write by themselves."""
    os.utime(kept, ns=(time.time_ns(), kept.stat().st_mtime_ns))


def evict(limit: int) -> None:
    """Take the files used longest ago until the rest has `limit` bytes at most."""
    found = [(path, path.stat()) for path in folder().glob("*") if not path.name.startswith(ASIDE)]
    left = sum(stat.st_size for _, stat in found)
    for path, stat in sorted(found, key=lambda one: one[1].st_atime_ns):
        if left <= limit:
            return
        path.unlink(missing_ok=True)
        left -= stat.st_size
