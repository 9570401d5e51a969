"""Files to features in processes of their own: one that kills its process, or takes for ever, costs no other.

Each process has one file at a time, so that whatever becomes of it tells of that file alone.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

import numpy as np

from recommender.features.audio import compile_kernels, extract
from recommender.features.decoding import AudioError
from streaming import processes

# Seconds that one file may take. A clip takes a fraction of one; this leaves room for a slow disk and a busy machine.
TIME_LIMIT = 60.0
# Seconds after which those at work are looked at, though none is done.
TICK = 0.25

Found = np.ndarray | BaseException


class Stopping(Exception):
    """This process is about to end, and starts nothing any more; what was not done is for the next one."""


def extract_all(
    files: Iterable[tuple[int, Path]],
    count: int,
    *,
    time_limit: float = TIME_LIMIT,
    tick: Callable[[], object] = lambda: None,
) -> Iterator[tuple[int, Found]]:
    """Yields each key once, as soon as one of `count` processes is done with it: its file's features, or the exception.

    A file is asked for when a process is free for it. A process that takes longer than `time_limit` seconds for a file
    is ended; where one dies, its file is tried once more. `tick` is called several times a second. Raises
    BrokenProcessPool where a process dies without any file, and Stopping where our own process ends meanwhile.
    """
    workforce = _Workforce(count)
    try:
        yield from _work(workforce, iter(files), time_limit, tick)
    finally:
        workforce.close()


def _work(
    workforce: "_Workforce", waiting: Iterator[tuple[int, Path]], time_limit: float, tick: Callable[[], object]
) -> Iterator[tuple[int, Found]]:
    again: list[tuple[int, Path]] = []
    died: set[int] = set()
    while True:
        while workforce.has_room and (file := again.pop() if again else next(waiting, None)):
            workforce.begin(*file)
        if not workforce.busy:
            return
        for key, path, found in workforce.done(time_limit):
            if not isinstance(found, BrokenProcessPool):
                yield key, found
            elif key in died:
                yield key, AudioError("the process that analysed it died, twice", broken=False)
            else:
                # Perhaps the machine was out of memory, which need not be this file's doing.
                died.add(key)
                again.append((key, path))
        tick()


class _Workforce:
    """Up to `count` processes, started as they are needed."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._all: list[_Process] = []
        self._idle: list[_Process] = []
        self.busy: list[_Process] = []

    @property
    def has_room(self) -> bool:
        return len(self.busy) < self._count

    def begin(self, key: int, path: Path) -> None:
        if not self._idle:
            self._idle.append(_Process())
            self._all.append(self._idle[-1])
        process = self._idle.pop()
        process.begin(key, path)
        self.busy.append(process)

    def done(self, time_limit: float) -> list[tuple[int, Path, Found]]:
        """What was finished, or ended, within the next moment."""
        wait([process.future for process in self.busy], TICK, FIRST_COMPLETED)
        for process in self.busy:
            process.end_if_late(time_limit)
        finished = [process for process in self.busy if process.future.done()]
        self.busy = [process for process in self.busy if process not in finished]
        return [(process.key, process.path, self._found(process)) for process in finished]

    def _found(self, process: "_Process") -> Found:
        found = process.found()
        if process.is_alive:
            self._idle.append(process)
        else:
            self._all.remove(process)
            process.close()
        return found

    def close(self) -> None:
        # Idle ones too: Ctrl+C may come between a file's beginning and its being noted, and the interpreter's end waits
        # for a process that reads from a pipe for ever.
        for process in self._all:
            process.close()


class _Process:
    """A process that analyses one file at a time."""

    def __init__(self) -> None:
        self._pool = processes.pool(1)
        self._pid = self._submit(os.getpid)
        # Before the first file, whose time this is not.
        self._ready = self._submit(compile_kernels)

    def begin(self, key: int, path: Path) -> None:
        self.key, self.path = key, path
        self._began: float | None = None
        self._limit: float | None = None
        try:
            self.future = self._submit(extract, path)
        except BrokenProcessPool as error:  # it died while it had nothing to do
            self.future = Future()
            self.future.set_exception(error)

    def _submit(self, function: Callable, *arguments: object) -> Future:
        try:
            return self._pool.submit(function, *arguments)
        except BrokenProcessPool:
            raise
        except RuntimeError as error:  # all that is left: the interpreter shuts down
            raise Stopping(str(error)) from error

    def end_if_late(self, time_limit: float) -> None:
        if self._began is None and self._ready.done():
            self._began = time.monotonic()
        if self._began is not None and time.monotonic() - self._began > time_limit and not self.future.done():
            self._limit = time_limit
            self._kill()
            wait([self.future])

    @property
    def is_alive(self) -> bool:
        return not isinstance(self.future.exception(), BrokenProcessPool)

    def found(self) -> Found:
        # Where not even this went well, the file is not to blame.
        self._ready.result()
        error = self.future.exception()
        if self._limit is not None and isinstance(error, BrokenProcessPool):
            return AudioError(f"takes too long: not analysed after {self._limit:g} s", broken=False)
        return error or self.future.result()

    def close(self) -> None:
        self._kill()
        self._pool.shutdown(cancel_futures=True)

    def _kill(self) -> None:
        # One that is dead already, by whatever, needs no more.
        with suppress(ProcessLookupError, BrokenProcessPool):
            os.kill(self._pid.result(), signal.SIGKILL)
