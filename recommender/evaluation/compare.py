"""Several models on the same held-out plays: each fitted, its rankings judged, side by side."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.algorithms.scorer import Scorer
from recommender.evaluation import metrics
from recommender.evaluation.bootstrap import Interval, better, interval
from recommender.evaluation.ranking import rank
from recommender.histories import Histories


@dataclass(frozen=True)
class Judged:
    """One model's rankings (int64, shape (listeners, most)) and how good they are at each cut-off.

    `accuracy` holds each metric for every listener, shape (listeners,); `beyond` one number for all of them.
    """

    name: str
    ranked: np.ndarray
    fit_seconds: float
    rank_seconds: float
    accuracy: dict[int, dict[str, np.ndarray]] = field(repr=False)
    beyond: dict[int, dict[str, float]]

    def intervals(self, k: int) -> dict[str, Interval]:
        return {name: interval(values) for name, values in self.accuracy[k].items()}

    def lead(self, other: "Judged", k: int, metric: str) -> Interval:
        """By how much this model is better than the other, for the same listeners."""
        return better(self.accuracy[k][metric], other.accuracy[k][metric])


def compare(
    fits: Mapping[str, Callable[[], Scorer]], train: Histories, truth: Histories, cutoffs: Sequence[int]
) -> list[Judged]:
    """Fit each model in turn and judge it; `train` is what listeners are scored from, and what is not offered again."""
    return [_judge(name, fit, train, truth, cutoffs) for name, fit in fits.items()]


def _judge(name: str, fit: Callable[[], Scorer], train: Histories, truth: Histories, cutoffs: Sequence[int]) -> Judged:
    started = time.perf_counter()
    scorer = fit()
    fitted = time.perf_counter()
    ranked = rank(scorer, train, max(cutoffs))
    return Judged(
        name,
        ranked,
        fitted - started,
        time.perf_counter() - fitted,
        {k: metrics.accuracy(ranked, truth, k) for k in cutoffs},
        {k: metrics.beyond_accuracy(ranked, train, k) for k in cutoffs},
    )
