"""Tracks whose features came after an index was built: few, and so compared one by one until the next one has them."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import numpy as np
from django.utils import timezone

from recommender.features.store import FeatureStore, FeatureStoreUnavailable
from recommender.features.transform import Transform
from recommender.vectors.exact import ExactIndex

logger = logging.getLogger(__name__)

# Seconds for which newer tracks are not looked for again; and after the store was found to be away.
LOOK_AFTER = 5.0
RETRY_AFTER = 60.0
# What was put this long before the last look is read again: it may have been committed, or timed by the clock of
# another machine, later than its time says.
OVERLAP = timedelta(seconds=30)


class Newer:
    """`index` (None while there are none) is replaced whole, so that queries may go on in other threads."""

    def __init__(
        self,
        store: FeatureStore,
        family: str,
        transform: Transform,
        is_indexed: Callable[[np.ndarray], np.ndarray],
        since: datetime,
    ) -> None:
        self._store = store
        self._family = family
        self._transform = transform
        self._is_indexed = is_indexed
        self._since = since
        self._vectors: dict[int, np.ndarray] = {}
        self._lock = Lock()
        self._next_look = self._away_until = -np.inf
        self.index: ExactIndex | None = None

    def look(self, *, at_once: bool = False) -> None:
        """Take in what came since the last look, if that was a while ago; one thread looks, others go on.

        Where the store is away, what is known stays, and the log says so.
        """
        if not at_once and time.monotonic() < self._next_look or not self._lock.acquire(blocking=False):
            return
        try:
            self._next_look = time.monotonic() + LOOK_AFTER
            self._read()
            self._away_until = -np.inf
        except FeatureStoreUnavailable as error:
            self._stay_away(error)
        finally:
            self._lock.release()

    def vectors(self, track_ids: list[int]) -> dict[int, np.ndarray]:
        """Transformed vectors of those of the tracks that have features, taken in or not.

        Where the store is away, of those taken in; it is asked again after a while, so that nobody waits for it.
        """
        known = self._vectors
        found = {track_id: known[track_id] for track_id in track_ids if track_id in known}
        others = [track_id for track_id in track_ids if track_id not in found]
        if not others or time.monotonic() < self._away_until:
            return found
        try:
            raw = self._store.get(self._family, others)
        except FeatureStoreUnavailable as error:
            self._stay_away(error)
            return found
        return found | {track_id: self._transform(vector[None])[0] for track_id, vector in raw.items()}

    def _stay_away(self, error: FeatureStoreUnavailable) -> None:
        logger.warning("newer tracks are like none for now, the store is asked again in %.0f s: %s", RETRY_AFTER, error)
        self._next_look = self._away_until = time.monotonic() + RETRY_AFTER

    def _read(self) -> None:
        at, found = timezone.now(), {}
        for ids, block in self._store.matrix(self._family, since=self._since):
            new = ~self._is_indexed(ids)
            found |= zip(ids[new].tolist(), self._transform(block[new]), strict=True)
        if any(not np.array_equal(vector, self._vectors.get(track_id)) for track_id, vector in found.items()):
            self._vectors = dict(sorted((self._vectors | found).items()))
            self.index = ExactIndex(np.array(list(self._vectors)), np.stack(list(self._vectors.values())))
        self._since = max(self._since, at - OVERLAP)
