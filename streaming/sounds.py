"""The sound of tracks (`models/sound.py`): measured in the background, the newest first."""

import logging
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np

from streaming import processes
from streaming.loudness import mean_loudness
from streaming.models import Sound, Track
from streaming.sounding import Unmeasured, measure

logger = logging.getLogger(__name__)

DIED = "the process that measured it died"
LONGEST_PROBLEM = Sound._meta.get_field("problem").max_length


def stamp(path: Path) -> str:
    """Says whether a file is still the one that was measured."""
    stat = path.stat()
    return f"{stat.st_size:x}-{stat.st_mtime_ns:x}"


def measure_missing(limit: int) -> int:
    """Measure up to `limit` playable tracks that have no row yet; returns how many were dealt with.

    In a process beside this one: a file that kills it costs itself alone, and the call ends there.
    """
    missing = list(Track.objects.playable().filter(sound=None).select_related("folder").order_by("-pk")[:limit])
    if not missing:
        return 0
    with processes.pool(1) as pool:
        for done, track in enumerate(missing, 1):
            try:
                _measure(track, pool)
            except BrokenProcessPool:
                _set_aside(track, DIED)
                return done
    return len(missing)


def _measure(track: Track, pool: ProcessPoolExecutor) -> None:
    try:
        path = track.audio_file()
        measured_of = stamp(path)
    # pathlib reports a circle of links as RuntimeError, and a path out of the folder as ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        _set_aside(track, f"the file is out of reach: {error}")
        return
    try:
        found = pool.submit(measure, path).result()
    except Unmeasured as reason:
        _set_aside(track, str(reason), stamp=measured_of)
        return
    _keep(
        track,
        stamp=measured_of,
        loudness=found.loudness.track,
        album_loudness=found.loudness.album,
        peak=found.peak,
        waveform=found.waveform,
        problem="",
    )


def of_track(track: Track) -> Sound | None:
    """The track's sound, if it has one of the file that it has now."""
    sound = Sound.objects.filter(pk=track.pk).first()
    if sound is None:
        return None
    try:
        is_same = sound.stamp == stamp(track.audio_file())
    except (OSError, RuntimeError, ValueError):
        return None
    if not is_same:
        sound.delete()  # the file is another one by now, or is back: it is measured anew
        return None
    return None if sound.problem else sound


def album_loudness(track: Track, sound: Sound) -> float | None:
    """LUFS of the track's album as a whole: as tagged, else by the energy of its tracks, the longer the more."""
    if sound.album_loudness is not None or track.album_id is None:
        return sound.album_loudness
    rows = Sound.objects.filter(track__album=track.album_id, loudness__isnull=False)
    levels = np.array(rows.values_list("loudness", "track__duration_ms"), dtype=float).reshape(-1, 2)
    return round(mean_loudness(levels[:, 0], np.maximum(levels[:, 1], 1)), 2) if len(levels) else None


def _set_aside(track: Track, problem: str, stamp: str = "") -> None:
    """Without a stamp it is tried again when it is next played."""
    logger.warning("track %s is not measured: %s", track.pk, problem)
    _keep(track, problem=problem[:LONGEST_PROBLEM], stamp=stamp)


def _keep(track: Track, **fields: object) -> None:
    """Of a track that was deleted meanwhile there is nothing to keep."""
    if Track.objects.filter(pk=track.pk).exists():
        Sound.objects.update_or_create(pk=track.pk, defaults=fields)
