"""What everybody's plays say of one listener's next track, in microseconds."""

import numpy as np

from recommender.algorithms.ease import Ease
from recommender.algorithms.fitted import NO_TRACK, Fitted
from recommender.algorithms.scorer import Scorer
from recommender.algorithms.sequence import Sequence
from recommender.histories import Histories
from recommender.models import ModelRun

__all__ = ["NO_TRACK", "Collaborative", "EaseModel", "SequenceModel", "ease", "sequence"]


class Collaborative(Fitted):
    """Whatever its scorer is, it is asked with a history alone."""

    def scores(self, track_ids: np.ndarray, weights: np.ndarray) -> np.ndarray | None:
        """How much the listener of this history, the oldest first, wants each track next: float32, shape (n,).

        None where the model has nothing to say of any track of the history; tracks that it does not know are passed
        over. Only the order means anything.
        """
        scores = self.scorer.scores(self._history(track_ids, weights))[0]
        return scores if scores.any() else None

    def because(self, track_id: int, history_ids: np.ndarray) -> int:
        """Which track of the history, the oldest first, speaks most for a track; NO_TRACK where none does."""
        return self.because_each(np.array([track_id]), history_ids)[0]

    def because_each(self, track_ids: np.ndarray, history_ids: np.ndarray) -> list[int]:
        """As `because`, of several tracks at once."""
        items = self.items(track_ids)
        known = np.flatnonzero(items >= 0)
        found = [NO_TRACK] * len(items)
        if len(known):
            history = self._history(history_ids, np.ones(len(history_ids)))
            heard, shares = self.scorer.shares_of_each(history, items[known])
            speaking = np.flatnonzero(shares.max(axis=1, initial=0.0) > 0)
            tracks = self.track_ids[heard[shares[speaking].argmax(axis=1)]] if len(speaking) else []
            for place, track_id in zip(known[speaking].tolist(), tracks, strict=True):
                found[place] = int(track_id)
        return found

    def _history(self, track_ids: np.ndarray, weights: np.ndarray) -> Histories:
        items = self.items(np.asarray(track_ids))
        known = items >= 0
        offsets = np.array([0, known.sum()])
        return Histories(items[known], offsets, np.asarray(weights)[known].astype(np.float32), len(self.track_ids))


class EaseModel(Collaborative):
    name = ModelRun.Algorithm.EASE
    kind = Ease


class SequenceModel(Collaborative):
    name = ModelRun.Algorithm.SEQUENCE
    kind = Sequence

    @classmethod
    def fit(cls, histories: Histories, sessions: np.ndarray, **params: float) -> Scorer:
        return Sequence.fit(histories, sessions=sessions, **params)


def ease() -> EaseModel | None:
    return EaseModel.current()


def sequence() -> SequenceModel | None:
    return SequenceModel.current()
