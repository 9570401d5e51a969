"""Features of the tracks that came without, taken of their audio into the feature store."""

import logging

import numpy as np

from recommender.features.decoding import AudioError
from recommender.features.pool import Found, extract_all
from recommender.features.store import FeatureStore, feature_store
from streaming.models import Track

logger = logging.getLogger(__name__)

FAMILY = "fma"


def extract_missing(*, limit: int, processes: int) -> int:
    """Extract the features of up to `limit` tracks; returns how many were dealt with, well or with a problem.

    Each track is dealt with once: afterwards it has its vector, or a problem that says why not. Where its audio cannot
    be decoded it is marked as broken too, and as absent where the file is gone. So 0 means that nothing is missing.
    What is done is kept at once: who is stopped in the middle goes on from there.
    """
    store = feature_store()
    tracks = Track.objects.select_related("folder").in_bulk(store.missing(FAMILY, limit))
    files = {}
    for track in tracks.values():
        try:
            files[track.pk] = track.audio_file()
        except (FileNotFoundError, ValueError) as error:
            _save(store, track.pk, error)
    for track_id, found in extract_all(files, processes):
        _save(store, track_id, found)
    return len(tracks)


def _save(store: FeatureStore, track_id: int, found: Found) -> None:
    if isinstance(found, np.ndarray):
        store.put(FAMILY, {track_id: found})
        return
    logger.warning("no features of track %s: %s", track_id, found)
    if isinstance(found, FileNotFoundError):
        # Without a problem in the store, it is tried again once an import finds the file.
        _mark(track_id, Track.AudioState.ABSENT, "the file is gone")
    elif isinstance(found, AudioError):
        store.put_problem(FAMILY, track_id, str(found))
        if found.broken:
            _mark(track_id, Track.AudioState.BROKEN, str(found))
    else:
        store.put_problem(FAMILY, track_id, f"{type(found).__name__}: {found}")


def _mark(track_id: int, state: str, problem: str) -> None:
    Track.objects.filter(pk=track_id).update(audio_state=state, audio_problem=problem)
