"""Collaborative filtering: Spark's ALS on implicit feedback, and what its item factors say online."""

from functools import lru_cache

import numpy as np

from recommender import artefacts
from recommender.algorithms.factorisation import Factorisation
from recommender.algorithms.fitted import Fitted
from recommender.algorithms.fold_in import FoldedIn
from recommender.models import ModelRun

# Tracks like one that are looked at, and for how many tracks they are remembered.
NEAREST = 400
REMEMBERED = 2_048


class Als(Fitted):
    """Item factors Y (float32, shape (n, rank)), row by row for `track_ids` (int64, ascending)."""

    name = ModelRun.Algorithm.ALS
    kind = Factorisation
    scorer: Factorisation

    def __init__(self, published: artefacts.Published, track_ids: np.ndarray, scorer: Factorisation) -> None:
        super().__init__(published, track_ids, scorer)
        self.factors = scorer.factors
        self._lengths = np.maximum(np.linalg.norm(scorer.factors, axis=1), np.finfo(np.float32).tiny)
        self.nearest = lru_cache(REMEMBERED)(self._nearest)

    def fold_in(self, track_ids: np.ndarray, weights: np.ndarray) -> FoldedIn:
        """The listener of these interactions, as training would have seen them; tracks not known are passed over."""
        places = self.places(track_ids)
        known = places >= 0
        return self.scorer.fold_in(places[known], track_ids[known], weights[known])

    def scores(self, listener: FoldedIn) -> np.ndarray:
        """How much the listener is expected to prefer each track, float32, shape (n,): near 1 for sure, near 0 not."""
        return self.factors @ listener.factors

    def similarities(self, track_id: int) -> np.ndarray | None:
        """The cosine of each track's factors with this one's, float32, shape (n,); None for a track not known."""
        (place,) = self.places(np.array([track_id]))
        if place < 0:
            return None
        return (self.factors @ self.factors[place]) / (self._lengths * self._lengths[place])

    def _nearest(self, track_id: int) -> tuple[np.ndarray, np.ndarray]:
        """The NEAREST tracks by `similarities`, of those above 0: ids ascending, and cosines; none for one not known.

        As `nearest` it is remembered: of what a listener enjoyed last, little changes from one refresh to the next.
        """
        cosines = self.similarities(track_id)
        if cosines is None:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        places = np.flatnonzero(cosines > 0)
        if len(places) > NEAREST:
            places = np.sort(places[np.argpartition(cosines[places], -NEAREST)[-NEAREST:]])
        return self.track_ids[places], cosines[places]


def als() -> Als | None:
    return Als.current()
