"""Whether the disk has room, told before it is full and when it is."""

import errno
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streaming.imports.failure import ImportFailed

# No space left, the user's quota used up, and a file larger than the file system takes (FAT: 4 GiB).
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

UNITS = ("KiB", "MiB", "GiB", "TiB")


def readable(size: float) -> str:
    """Bytes in the unit that a person would choose: 7.2 GiB."""
    if size < 1024:
        return f"{size:,.0f} bytes"
    power = min(int(math.log(size, 1024)), len(UNITS))
    return f"{size / 1024**power:,.1f} {UNITS[power - 1]}"


def require_space(folder: Path, needed: int, purpose: str) -> None:
    """Raises ImportFailed where the disk of `folder` has fewer than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ImportFailed(
            f"{purpose} needs {readable(needed)}, and the disk of {folder} has {readable(free)} free. "
            f"Free {readable(needed - free)} more, or name a folder on another disk"
        )


@contextmanager
def full_disk_told(what: str) -> Iterator[None]:
    """Tells a disk that fills up as such; `what` was being written."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise ImportFailed(
            f"No room for more of {what} ({error.strerror}). What is there is kept: free some space and run the same "
            "command again"
        ) from error
