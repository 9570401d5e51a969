"""Each listener's best items out of all, without those that they have already."""

import numpy as np

from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories

# Listeners scored at a time: a dense row of every item each.
BLOCK = 512
# In place of an item where fewer than k can be offered.
NOTHING = -1


def rank(scorer: Scorer, histories: Histories, k: int, *, masked: Histories | None = None) -> np.ndarray:
    """The k best items of each listener, the best first: int64, shape (listeners, k), NOTHING where there are no more.

    Full ranking: every item competes, but for what the listener has in `masked` (the histories themselves by default).
    Of equal scores the item with the lower number comes first. Raises FloatingPointError for scores that are not
    numbers.
    """
    masked = histories if masked is None else masked
    ranked = np.full((len(histories), k), NOTHING, dtype=np.int64)
    for first in range(0, len(histories), BLOCK):
        end = min(first + BLOCK, len(histories))
        scores = scorer.scores(histories.part(first, end))
        if np.isnan(scores).any():
            raise FloatingPointError(f"{scorer.name} gave scores that are not numbers")
        seen = masked.part(first, end)
        scores[seen.rows, seen.items] = -np.inf
        best = _best(scores, min(k, scores.shape[1]))
        offered = np.isfinite(np.take_along_axis(scores, best, axis=1))
        ranked[first:end, : best.shape[1]] = np.where(offered, best, NOTHING)
    return ranked


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    """Places of the k highest of each row, the highest first and of equal ones the first."""
    # Where more share the k-th highest score than there is room for, which of them is taken must not be left to chance.
    kth = -np.partition(-scores, k - 1, axis=1)[:, k - 1 : k]
    above, level = scores > kth, scores == kth
    room = k - above.sum(axis=1, keepdims=True)
    taken = above | (level & (np.cumsum(level, axis=1) <= room))
    places = np.nonzero(taken)[1].reshape(len(scores), k)
    order = np.argsort(-np.take_along_axis(scores, places, axis=1), axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1)
