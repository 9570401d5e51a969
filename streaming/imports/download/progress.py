"""How far a download or an unpacking is, how fast, and how long it will take."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TextIO

from tqdm import tqdm

# Between two lines where no terminal shows a bar.
LINE_SECONDS = 30

# Told how many bytes more (or, after a start from the beginning, fewer) are done.
Update = Callable[[int], object]
# (what is done, bytes in all, bytes done before) → what to tell.
Progress = Callable[[str, int, int], AbstractContextManager[Update]]


def progress_on(stream: TextIO) -> Progress:
    """A bar where the stream is a terminal, else a line now and then."""
    return _bar(stream) if stream.isatty() else _lines(stream)


def _bar(stream: TextIO) -> Progress:
    @contextmanager
    def show(what: str, total: int, done: int) -> Iterator[Update]:
        with tqdm(
            total=total, initial=done, desc=what, unit="B", unit_scale=True, unit_divisor=1024, file=stream
        ) as bar:
            yield bar.update

    return show


def _lines(stream: TextIO) -> Progress:
    @contextmanager
    def show(what: str, total: int, done: int) -> Iterator[Update]:
        yield Lines(stream, what, total, done).update

    return show


class Lines:
    """Writes what a bar would show, at most once in `seconds`."""

    def __init__(self, stream: TextIO, what: str, total: int, done: int, *, seconds: float = LINE_SECONDS) -> None:
        self.stream = stream
        self.what = what
        self.total = total
        self.initial = self.done = done
        self.seconds = seconds
        self.start = self.last = time.monotonic()

    def update(self, size: int) -> None:
        self.done += size
        now = time.monotonic()
        if now - self.last >= self.seconds:
            self.last = now
            meter = tqdm.format_meter(
                self.done,
                self.total,
                now - self.start,
                initial=self.initial,
                prefix=self.what,
                unit="B",
                unit_scale=True,
                unit_divisor=1024,
                ncols=0,
            )
            self.stream.write(f"{meter}\n")
            self.stream.flush()
