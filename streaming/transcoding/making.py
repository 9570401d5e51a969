"""ffmpeg at work on one file, which others read as it grows; whole, it is moved to those that are kept.

It begins when somebody reads, runs in a thread of that process, and ends early when nobody has read for a while: who
skips through a list leaves nothing behind that the next track would have to wait for.
"""

import fcntl
import logging
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from streaming.transcoding.forms import TranscodingError
from streaming.transcoding.kept import evict, failure, locked, making_folder
from streaming.transcoding.packing import RATE
from streaming.transcoding.rendition import Rendition

logger = logging.getLogger(__name__)

# So many at a time on this machine: more would take it from those who listen.
WORKERS = max(1, (os.cpu_count() or 2) // 2)
# Seconds for which one file may be worked on.
PATIENCE = 600
# Seconds for which nobody reads before the work is given up.
GRACE = 5
# Seconds between two looks for a free place, and samples of silence that may stand for what a recording lacks.
LOOK_AGAIN, MISSING_AT_MOST = 0.05, RATE
BLOCK = 64 * 1024


class _NobodyWaits(Exception):
    """All who read it have gone away."""


def start(rendition: Rendition) -> None:
    """Have it made, unless somebody is at it."""
    threading.Thread(target=_make, args=[rendition], name=f"transcoding {rendition.name}", daemon=True).start()


def _make(rendition: Rendition) -> None:
    with locked(rendition.lock) as is_mine:
        if not is_mine or rendition.kept.exists() or failure(rendition.failed) is not None:
            return
        try:
            _work(rendition)
        except _NobodyWaits:
            logger.info("%s is not made: nobody waits for it", rendition.name)
        # A full disk is as good a reason as what ffmpeg says.
        except (TranscodingError, OSError) as error:
            logger.warning("%s cannot be had as %s: %s", rendition.path, rendition.form.format, error)
            rendition.failed.write_text(str(error))
        finally:
            rendition.making.unlink(missing_ok=True)
    evict(settings.TRANSCODING_CACHE_MB * 1_000_000)


def _work(rendition: Rendition) -> None:
    with rendition.making.open("wb", buffering=0) as file, Readers(rendition.making) as readers:
        file.write(rendition.header)
        with _place(readers):
            _encode(rendition, file, readers)
        _settle(rendition, file)
        os.utime(rendition.making, ns=(time.time_ns(), rendition.modified_ns))
        rendition.making.replace(rendition.kept)


class Readers:
    """Whether anybody reads a file that grows: each who does holds a shared lock on it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._seen = time.monotonic()

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def must_wait(self) -> None:
        """Raises _NobodyWaits."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._seen = time.monotonic()
            return
        fcntl.flock(self._file, fcntl.LOCK_UN)
        if time.monotonic() - self._seen > GRACE:
            raise _NobodyWaits


@contextmanager
def _place(readers: Readers) -> Iterator[None]:
    """One of the machine's few."""
    while True:
        for number in range(WORKERS):
            with ExitStack() as stack:
                if stack.enter_context(locked(making_folder() / f"place-{number}", is_left=True)):
                    yield
                    return
        readers.must_wait()
        time.sleep(LOOK_AGAIN)


def _encode(rendition: Rendition, file: BinaryIO, readers: Readers) -> None:
    """Raises TranscodingError for what ffmpeg cannot decode, and _NobodyWaits."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(_command(rendition), stdout=subprocess.PIPE, stderr=said)
        timer = threading.Timer(PATIENCE, process.kill)
        timer.daemon = True
        timer.start()
        try:
            with process.stdout:
                while block := process.stdout.read1(BLOCK):
                    file.write(block)
                    readers.must_wait()
            status = process.wait()
        finally:
            is_late = not timer.is_alive()
            timer.cancel()
            process.kill()
            process.wait()
        said.seek(0)
        if is_late:
            raise TranscodingError(f"it took longer than {PATIENCE} s.")
        if status:
            raise TranscodingError(said.read().strip()[-200:] or f"ffmpeg ended with {status}.")


def _command(rendition: Rendition) -> list[str]:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise TranscodingError("ffmpeg is not installed here.")
    # As long as was said, to the sample: a decoder may find a little less, or more.
    exact = f"aresample={RATE},apad=pad_len={MISSING_AT_MOST},atrim=end_sample={rendition.samples}"
    command = [ffmpeg, "-nostdin", "-loglevel", "error", "-i", str(rendition.path), "-map", "0:a:0"]
    command += ["-map_metadata", "-1", "-af", exact, "-ac", "2", "-b:a", f"{rendition.form.bit_rate}k"]
    return [*command, *rendition.form.packing.options, "pipe:1"]


def _settle(rendition: Rendition, file: BinaryIO) -> None:
    """What ended sooner than it said is kept as long as it is; raises TranscodingError where nothing came."""
    form = rendition.form
    packet_bytes = form.packing.packet_bytes(form.bit_rate)
    packets = (file.tell() - len(rendition.header)) // packet_bytes
    if packets == form.packing.packets(rendition.samples):
        return
    if packets <= 0:
        raise TranscodingError("nothing of it can be decoded.")
    logger.warning("%s ends sooner than it says", rendition.path)
    header = form.packing.header(form.packing.samples(packets), form.bit_rate)
    os.pwrite(file.fileno(), header, 0)
    os.truncate(file.fileno(), len(header) + packets * packet_bytes)
