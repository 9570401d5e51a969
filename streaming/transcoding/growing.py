"""A file that is read while it is made, in this process or another."""

import fcntl
import io
import os
from pathlib import Path
from typing import BinaryIO

from streaming.transcoding import making
from streaming.transcoding.forms import TranscodingError, cannot_be_had
from streaming.transcoding.kept import failure, is_locked
from streaming.transcoding.rendition import Rendition

# So often it is begun anew for one reader: whoever made it was killed.
MOST_BEGINNINGS = 3


class Growing:
    """Nothing is made before the first read: to say how long it will be takes no ffmpeg."""

    def __init__(self, rendition: Rendition) -> None:
        self._rendition = rendition
        self._file: BinaryIO | None = None
        self._place = 0
        self._beginnings = 0

    def seek(self, place: int) -> None:
        self._place = place

    def read(self, size: int) -> bytes | None:
        """Up to so many bytes; None where they are not there yet. Raises TranscodingError where they never will be."""
        if not size:
            return b""
        return self._read(size) or self._look(size)

    def close(self) -> None:
        if self._file:
            self._file.close()
        self._file = None

    def _read(self, size: int) -> bytes:
        if not self._file:
            return b""
        found = os.pread(self._file.fileno(), size, self._place)
        self._place += len(found)
        return found

    def _look(self, size: int) -> bytes | None:
        """What has become of it, where there is nothing to read."""
        rendition = self._rendition
        is_at_work = is_locked(rendition.lock)
        if self._is_new(rendition.kept):
            return self._read(size) or self._end()
        if self._is_at(rendition.kept):
            # It may have been finished since it was read.
            return self._read(size) or self._end()
        if (reason := failure(rendition.failed)) is not None:
            raise TranscodingError(cannot_be_had(rendition.form, reason))
        if is_at_work:
            self._is_new(rendition.making)
            return None
        if self._beginnings == MOST_BEGINNINGS:
            raise TranscodingError(cannot_be_had(rendition.form, f"begun {MOST_BEGINNINGS} times"))
        self._beginnings += 1
        making.start(rendition)
        return None

    def _end(self) -> bytes:
        raise TranscodingError(f"{self._rendition.path.name} ends sooner than it says.")

    def _is_at(self, path: Path) -> bool:
        """Whether that is the file which is read."""
        try:
            return self._file is not None and os.path.samestat(os.fstat(self._file.fileno()), path.stat())
        except FileNotFoundError:
            return False

    def _is_new(self, path: Path) -> bool:
        """Whether that is another file than the one that is read; then it is read from now on."""
        if self._is_at(path):
            return False
        try:
            file = io.FileIO(path)
        except FileNotFoundError:
            return False
        self.close()
        fcntl.flock(file, fcntl.LOCK_SH)
        self._file = file
        return True
