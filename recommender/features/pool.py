"""Files to features in processes of their own, so that a file that kills its process costs no other."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from threading import Thread

import numpy as np
from threadpoolctl import threadpool_limits

from recommender.features.audio import extract
from recommender.features.decoding import AudioError

# Files given to the pool ahead, for each process; when a process dies, these are tried again.
AHEAD = 2

Found = np.ndarray | BaseException


def extract_all(files: dict[int, Path], processes: int) -> Iterator[tuple[int, Found]]:
    """Yields each key once, as soon as it is done, with the file's features or the exception that they ended in.

    Raises BrokenProcessPool where processes die without any file.
    """
    waiting = dict(files)
    while waiting:
        suspects = []
        for key, found in _one_pool(waiting, min(processes, len(waiting))):
            if isinstance(found, BrokenProcessPool):
                suspects.append(key)
            else:
                yield key, found
        for key in suspects:
            yield key, _alone(files[key])


def _one_pool(waiting: dict[int, Path], processes: int) -> Iterator[tuple[int, Found]]:
    """Takes files off `waiting` until none is left or a process dies; that ends all files then in the pool."""
    running: dict[Future, int] = {}
    with _pool(processes) as pool:
        healthy = _fill(pool, waiting, running, AHEAD * processes)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                error = future.exception()
                healthy = healthy and not isinstance(error, BrokenProcessPool)
                yield running.pop(future), error or future.result()
            healthy = healthy and _fill(pool, waiting, running, AHEAD * processes)


def _fill(pool: ProcessPoolExecutor, waiting: dict[int, Path], running: dict[Future, int], most: int) -> bool:
    """Keep the pool busy; returns false where it is broken."""
    try:
        while waiting and len(running) < most:
            key, path = next(iter(waiting.items()))
            running[pool.submit(extract, path)] = key
            del waiting[key]
    except BrokenProcessPool:
        return False
    return True


def _alone(path: Path) -> Found:
    """A suspect by itself, so that a process that dies names its file."""
    with _pool(1) as pool:
        # Where not even this works, the file is not to blame.
        pool.submit(os.getpid).result()
        future = pool.submit(extract, path)
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            return AudioError("the process that analysed it died, twice", broken=False)
        return error or future.result()


def _pool(processes: int) -> ProcessPoolExecutor:
    # Spawned: the caller is a thread of the web process, and a fork of it would copy locks that others hold.
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_start)


def _start() -> None:
    """At the start of each process."""
    # Ctrl-C reaches the whole group; the parent ends its processes itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    # The files are what runs in parallel.
    threadpool_limits(1)


def _end_with_parent() -> None:
    """A parent that was killed could not end its processes, and they would wait for work for ever."""
    connection.wait([parent_process().sentinel])
    os._exit(1)
