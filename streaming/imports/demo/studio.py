"""Composes the pieces whose audio is absent, in processes of their own beside the web server."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice

from streaming import processes
from streaming.imports.demo import catalogue
from streaming.imports.demo.recording import record
from streaming.imports.demo.repertoire import Piece, pieces
from streaming.models import Track


def compose_missing(
    on_track: Callable[[Track], None] | None = None, *, count: int, stopping: threading.Event | None = None
) -> int:
    """Composes what is missing in `count` processes, and marks each piece as present when its file is whole.

    Returns how many became so; `on_track` is called with each of them. Once `stopping` is set, no further piece is
    begun. Where a file cannot be written, the reason is noted with its track, and the OSError goes on; what is done
    stays done.
    """
    done = 0
    for track in _made(count, stopping or threading.Event()):
        track.audio_state, track.audio_problem = Track.AudioState.PRESENT, ""
        track.save(update_fields=["audio_state", "audio_problem"])
        done += 1
        if on_track:
            on_track(track)
    return done


def _made(count: int, stopping: threading.Event) -> Iterator[Track]:
    """Yields each track that was not marked as present, as soon as its file is there."""
    rows = {track.path: track for track in catalogue.tracks().select_related("folder")}
    missing = []
    # In turns, so that every genre can be heard soon.
    for piece in sorted(pieces(), key=lambda piece: piece.seed):
        track = rows[piece.path]
        there = track.audio_file().is_file()
        if there and track.audio_state == Track.AudioState.ABSENT:
            yield track  # killed between the file and its mark
        elif not (there and track.is_playable):
            missing.append((piece, track))
    if missing:
        yield from _composed(missing, count, stopping)


def _composed(missing: list[tuple[Piece, Track]], count: int, stopping: threading.Event) -> Iterator[Track]:
    queue = iter(missing)
    running: dict[Future, Track] = {}
    with processes.pool(min(count, len(missing))) as pool:
        while not stopping.is_set():
            # Few are handed out ahead: whoever stops waits for those.
            for piece, track in islice(queue, 2 * count - len(running)):
                running[pool.submit(record, piece, track.audio_file())] = track
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                track = running.pop(future)
                _raise_noted(future, track)
                yield track


def _raise_noted(future: Future, track: Track) -> None:
    try:
        future.result()
    except OSError as error:
        track.audio_problem = f"could not be composed: {error.strerror or error}"
        track.save(update_fields=["audio_problem"])
        raise
