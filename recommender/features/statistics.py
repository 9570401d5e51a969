"""The seven statistics that FMA keeps of a feature's course over time."""

import numpy as np

from recommender.features.columns import STATISTICS


def summarise(values: np.ndarray) -> np.ndarray:
    """Statistics of each row of (numbers, frames): shape (7, numbers), in the order of `STATISTICS`.

    Skewness and kurtosis are the biased, normal-is-zero ones (scipy's defaults); a row that does not vary has neither,
    and gets 0 for both.
    """
    values = np.asarray(values, dtype=np.float64)
    mean = values.mean(axis=1)
    deviations = values - mean[:, None]
    squares = deviations**2
    variance = squares.mean(axis=1)
    varies = np.ptp(values, axis=1) > 0
    safe = np.where(varies, variance, 1.0)
    found = {
        "kurtosis": np.where(varies, (squares**2).mean(axis=1) / safe**2 - 3.0, 0.0),
        "max": values.max(axis=1),
        "mean": mean,
        "median": np.median(values, axis=1),
        "min": values.min(axis=1),
        "skew": np.where(varies, (squares * deviations).mean(axis=1) / safe**1.5, 0.0),
        "std": np.sqrt(variance),
    }
    return np.stack([found[name] for name in STATISTICS])
