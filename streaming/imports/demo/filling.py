"""The demo as a whole: whether it is wanted, and how it comes into an empty catalogue."""

import logging
import os
import threading
from collections.abc import Callable

from streaming.imports.demo import catalogue, listeners, studio
from streaming.imports.demo.repertoire import pieces
from streaming.models import Track

logger = logging.getLogger(__name__)


def is_complete() -> bool:
    present = catalogue.tracks().select_related("folder").playable()
    whole = sum(track.audio_file().is_file() for track in present)
    return whole == sum(1 for _ in pieces()) and listeners.is_complete()


def is_wanted() -> bool:
    """Whether the catalogue has no track at all, or holds a demo that was not finished."""
    if not Track.objects.exists():
        return True
    return catalogue.tracks().exists() and not is_complete()


def fill(
    on_track: Callable[[Track], None] | None = None, *, processes: int | None = None,
    stopping: threading.Event | None = None,
) -> None:  # fmt: skip
    """Tracks first, then their simulated listeners, then the music; goes on where an earlier call was ended."""
    catalogue.create()
    listeners.create()
    composed = studio.compose_missing(on_track, count=processes or os.cpu_count() or 1, stopping=stopping)
    logger.info("the demo's music: %d pieces composed", composed)
