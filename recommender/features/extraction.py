"""Features of the tracks that came without, taken of their audio into the feature store.

Any number of workers may do so at once: each claims a few tracks at a time (`claims.py`), analyses them in processes of
their own (`pool.py`), and keeps each track's features, or the reason why there are none (`quarantine.py`), as soon as
it has them. So whoever is stopped, killed, or loses the store in the middle loses what was just begun, and no more.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from recommender.features import claims as leases
from recommender.features.claims import Claims
from recommender.features.decoding import AudioError
from recommender.features.pool import TIME_LIMIT, Found, extract_all
from recommender.features.quarantine import kind_of, quarantine
from recommender.features.store import FeatureStore, feature_store
from streaming.models import Track

logger = logging.getLogger(__name__)

FAMILY = "fma"
# Tracks claimed at a time: as many wait a lease long when their worker is killed.
BATCH = 32
# Tracks listed at a time, of which those are claimed: to look for what is missing costs more than to analyse one.
LISTED = 1_000


@dataclass
class Summary:
    """What became of the tracks; `problems` counts those that have no features by the kind of reason."""

    analysed: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def tracks(self) -> int:
        return self.analysed + self.problems.total()


def extract_missing(
    *,
    processes: int,
    limit: int | None = None,
    time_limit: float = TIME_LIMIT,
    summary: Summary | None = None,
    on_track: Callable[[], object] = lambda: None,
    on_tick: Callable[[], object] = lambda: None,
) -> Summary:
    """Extract the features of up to `limit` tracks that have none and that no other worker has, the newest first.

    Each track is dealt with once: afterwards it has its vector, or a problem that says why not. Where its audio cannot
    be decoded it is marked as broken too, and as absent where the file is gone. Counts into `summary`, if one is given,
    so that it tells how far this came even where it raises; calls `on_track` after each track, and `on_tick` several
    times a second: either may raise to end it, and what is at work then is for the next. Raises
    FeatureStoreUnavailable where the store goes away.
    """
    summary = summary or Summary()
    began = time.monotonic()
    try:
        with Claims() as claims:
            _Extraction(feature_store(), claims, summary, on_track, on_tick).run(processes, limit, time_limit)
    finally:
        summary.seconds += time.monotonic() - began
    return summary


class _Extraction:
    def __init__(
        self,
        store: FeatureStore,
        claims: Claims,
        summary: Summary,
        on_track: Callable[[], object],
        on_tick: Callable[[], object],
    ) -> None:
        self.store = store
        self.claims = claims
        self.summary = summary
        self.on_track = on_track
        self.on_tick = on_tick
        self.list: deque[int] = deque()
        self.listed_at = 0.0

    def run(self, processes: int, limit: int | None, time_limit: float) -> None:
        found = extract_all(self._files(limit), processes, time_limit=time_limit, tick=self._tick)
        for track_id, features in found:
            self._done(track_id, features)

    def _tick(self) -> None:
        self.claims.renew()
        self.on_tick()

    def _files(self, limit: int | None) -> Iterator[tuple[int, Path]]:
        """Claims tracks as they are asked for."""
        taken = 0
        while batch := self._take(BATCH if limit is None else min(BATCH, limit - taken)):
            taken += len(batch)
            tracks = Track.objects.select_related("folder").in_bulk(batch)
            for track_id in batch:
                try:
                    if track_id in tracks:
                        yield track_id, _audio_file(tracks[track_id])
                except (AudioError, FileNotFoundError, ValueError) as error:
                    self._done(track_id, error)

    def _take(self, count: int) -> list[int]:
        """Up to `count` tracks that are missing and now ours; none where others have all that are."""
        while count > 0:
            if not self.list or time.monotonic() - self.listed_at > leases.LIST_LASTS:
                self._look()
            if not self.list:
                break
            if taken := self.claims.take(self.list.popleft() for _ in range(min(count, len(self.list)))):
                return taken
        return []

    def _look(self) -> None:
        """List what is missing and free."""
        taken = leases.taken()
        self.listed_at = time.monotonic()
        missing = self.store.missing(FAMILY, LISTED + len(taken))
        self.list = deque(track_id for track_id in missing if track_id not in taken)

    def _done(self, track_id: int, found: Found) -> None:
        reason = self._keep(track_id, found)
        self.claims.done(track_id)
        if reason is None:
            self.summary.analysed += 1
        else:
            logger.warning("no features of track %s: %s", track_id, reason)
            self.summary.problems[kind_of(reason)] += 1
        self.on_track()

    def _keep(self, track_id: int, found: Found) -> str | None:
        """Keeps the features, or why there are none, which it returns."""
        if isinstance(found, np.ndarray):
            self.store.put(FAMILY, {track_id: found})
            return None
        broken = isinstance(found, AudioError) and found.broken
        reason = str(found) if isinstance(found, AudioError) else f"{type(found).__name__}: {found}"
        if isinstance(found, FileNotFoundError):
            reason = "the file is gone"
            # Without a problem in the store, it is tried again once an import finds the file.
            Track.objects.filter(pk=track_id).update(audio_state=Track.AudioState.ABSENT, audio_problem=reason)
        else:
            quarantine(self.store, FAMILY, track_id, reason, broken=broken)
        return reason


def _audio_file(track: Track) -> Path:
    """Raises as `Track.audio_file` does, and AudioError for a whole folder that is out of reach: it will come back."""
    if track.folder and not Path(track.folder.path).is_dir():
        raise AudioError(f"folder out of reach: {track.folder.path} (is its disk mounted?)", broken=False)
    return track.audio_file()
