"""A scorer as it serves: published, and with it which of its items is which track.

What was judged is what serves: the same code scores one listener's history here and everybody's in an evaluation.
"""

from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from recommender import artefacts
from recommender.algorithms.base import Algorithm
from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories
from recommender.rows import Rows

IDS = "track_ids.npy"
# In place of a track that there is none of.
NO_TRACK = -1


class Fitted(Algorithm):
    """`scorer`'s item n is the track `track_ids[n]` (int64, ascending)."""

    kind: ClassVar[type[Scorer]]

    def __init__(self, published: artefacts.Published, track_ids: np.ndarray, scorer: Scorer) -> None:
        super().__init__(published)
        self.track_ids = track_ids
        self._rows = Rows(track_ids)
        self.scorer = scorer
        known = np.ones(len(track_ids), dtype=bool) if scorer.known is None else scorer.known
        # One more, which an item of -1 finds.
        self._known = np.append(known, False)

    @classmethod
    def fit(cls, histories: Histories, sessions: np.ndarray, **params: float) -> Scorer:
        """The scorer of these histories; `sessions` numbers them place by place, as `Prepared` has it."""
        return cls.kind.fit(histories, **params)

    @staticmethod
    def write(folder: Path, track_ids: np.ndarray, scorer: Scorer) -> None:
        """What `load` reads; `track_ids` ascend."""
        np.save(folder / IDS, track_ids.astype(np.int64))
        scorer.save(folder)

    @classmethod
    def load(cls, published: artefacts.Published) -> Self:
        return cls(published, np.load(published.folder / IDS), cls.kind.load(published.folder))

    def places(self, track_ids: np.ndarray) -> np.ndarray:
        """The row of each track, -1 for one that the model has learned nothing of."""
        found = self.items(track_ids)
        return np.where(self._known[found], found, NO_TRACK)

    def items(self, track_ids: np.ndarray) -> np.ndarray:
        """The scorer's number of each track, int64; -1 for one that came after the training."""
        return self._rows.of(track_ids)
