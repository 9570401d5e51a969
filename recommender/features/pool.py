"""Files to features in processes of their own, so that a file that kills its process costs no other."""

import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np

from recommender.features.audio import extract
from recommender.features.decoding import AudioError
from streaming import processes

# Files given to the pool ahead, for each process; when a process dies, these are tried again.
AHEAD = 2

Found = np.ndarray | BaseException


def extract_all(files: dict[int, Path], count: int) -> Iterator[tuple[int, Found]]:
    """Yields each key once, as soon as one of `count` processes is done with it: its file's features, or the exception.

    Raises BrokenProcessPool where processes die without any file.
    """
    waiting = dict(files)
    while waiting:
        suspects = []
        for key, found in _one_pool(waiting, min(count, len(waiting))):
            if isinstance(found, BrokenProcessPool):
                suspects.append(key)
            else:
                yield key, found
        for key in suspects:
            yield key, _alone(files[key])


def _one_pool(waiting: dict[int, Path], count: int) -> Iterator[tuple[int, Found]]:
    """Takes files off `waiting` until none is left or a process dies; that ends all files then in the pool."""
    running: dict[Future, int] = {}
    with processes.pool(count) as pool:
        healthy = _fill(pool, waiting, running, AHEAD * count)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                error = future.exception()
                healthy = healthy and not isinstance(error, BrokenProcessPool)
                yield running.pop(future), error or future.result()
            healthy = healthy and _fill(pool, waiting, running, AHEAD * count)


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
    with processes.pool(1) as pool:
        # Where not even this works, the file is not to blame.
        pool.submit(os.getpid).result()
        future = pool.submit(extract, path)
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            return AudioError("the process that analysed it died, twice", broken=False)
        return error or future.result()
