"""How far a mean over listeners may be off by chance: the percentile bootstrap (Efron, 1979)."""

from dataclasses import dataclass

import numpy as np

RESAMPLES = 1_000
CONFIDENCE = 0.95
SEED = 20_170_301
BLOCK = 50


@dataclass(frozen=True)
class Interval:
    mean: float
    low: float
    high: float


def interval(values: np.ndarray) -> Interval:
    """The mean of the values that are not NaN, shape (n,), and the 95% interval of it when listeners are drawn anew."""
    values = values[~np.isnan(values)]
    if not len(values):
        return Interval(np.nan, np.nan, np.nan)
    random = np.random.default_rng(SEED)
    means = np.concatenate(
        [
            values[random.integers(len(values), size=(BLOCK, len(values)))].mean(axis=1)
            for _ in range(RESAMPLES // BLOCK)
        ]
    )
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def better(challenger: np.ndarray, champion: np.ndarray) -> Interval:
    """By how much one is better than the other for the same listeners: sure where the whole interval is above 0."""
    return interval(challenger - champion)
