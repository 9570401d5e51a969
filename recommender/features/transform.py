"""From raw features to vectors whose cosine means likeness of sound.

Features differ in scale by orders of magnitude, have long tails, and repeat each other. So each column is imputed by
its median, clipped to a few robust deviations and standardised; then the principal components are kept, and each
vector is brought to length 1. Fitted once a model run; a vector is comparable only to others of the same version.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

DIMENSIONS = 64
# Values further from the median than this many robust deviations are outliers, and say no more than "very much".
CLIP = 5.0
# The median absolute deviation of a normal distribution is its standard deviation over this.
MAD_TO_STD = 1.4826


@dataclass(frozen=True)
class Transform:
    """Arrays over the raw columns have shape (width,); `components` has shape (dimensions, width)."""

    version: int
    median: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    components: np.ndarray
    explained_variance: float

    @classmethod
    def fit(cls, matrix: np.ndarray, *, version: int, dimensions: int = DIMENSIONS) -> Self:
        """Learn from (tracks, width), NaN and infinite values being gaps; raises ValueError for fewer than 2 tracks."""
        if len(matrix) < 2:
            raise ValueError(f"a transform is fitted on 2 tracks or more, not {len(matrix)}")
        median = _median(matrix)
        filled = _fill(matrix, median)
        reach = CLIP * _robust_deviation(filled, median)
        lower, upper = median - reach, median + reach
        clipped = np.clip(filled, lower, upper)
        mean = clipped.mean(axis=0, dtype=np.float64)
        deviation = clipped.std(axis=0, dtype=np.float64)
        constant = np.ptp(clipped, axis=0) == 0
        # A constant column tells no track from another: it becomes 0 for all.
        scale = np.where(constant, 0.0, 1.0 / np.where(constant, 1.0, deviation))
        standard = (clipped - mean) * scale
        components, explained = _principal(standard, min(dimensions, len(matrix) - 1, matrix.shape[1]))
        return cls(version, median, lower, upper, mean, scale, components, explained)

    def __call__(self, matrix: np.ndarray) -> np.ndarray:
        """Vectors of (tracks, dimensions), float32 and of length 1 (or 0, for one in the very middle of all)."""
        vectors = self.standardise(matrix) @ self.components.T
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)

    def standardise(self, matrix: np.ndarray) -> np.ndarray:
        """Imputed, clipped and standardised columns, shape as given."""
        return (np.clip(_fill(matrix, self.median), self.lower, self.upper) - self.mean) * self.scale

    def save(self, path: Path) -> None:
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path) as file:
            values = {name: file[name] for name in file.files}
        values["version"] = int(values["version"])
        values["explained_variance"] = float(values["explained_variance"])
        return cls(**values)


def _median(matrix: np.ndarray) -> np.ndarray:
    """Median of each column's finite values, and 0 for a column without any."""
    if np.isfinite(matrix).all():
        return np.median(matrix, axis=0)
    columns = (column[np.isfinite(column)] for column in matrix.T)
    return np.array([np.median(column) if len(column) else 0.0 for column in columns], dtype=matrix.dtype)


def _fill(matrix: np.ndarray, median: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(matrix), matrix, median)


def _robust_deviation(filled: np.ndarray, median: np.ndarray) -> np.ndarray:
    """Scaled median absolute deviation; the standard deviation where most values are the same."""
    robust = MAD_TO_STD * np.median(np.abs(filled - median), axis=0)
    return np.where(robust > 0, robust, filled.std(axis=0))


def _principal(standard: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """The first principal components of columns whose mean is 0, and the share of the variance that they keep.

    By way of the covariance matrix, whose size does not depend on how many tracks there are.
    """
    variances, directions = np.linalg.eigh(standard.T @ standard / len(standard))
    components = directions[:, ::-1][:, :count].T
    total = variances.sum()
    return components, float(variances[::-1][:count].sum() / total) if total > 0 else 0.0
