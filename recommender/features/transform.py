"""From raw features to vectors whose cosine means likeness of sound.

Features differ in scale by orders of magnitude, have long tails, and repeat each other. So each column is imputed by
its median, clipped to a few robust deviations and standardised; then the principal components are kept, and each
vector is brought to length 1. Fitted once a model run; a vector is comparable only to others of the same version.

The matrix is read in blocks, each in float64, so that one on disk of any length takes little memory: medians and
deviations are those of a sample, means and covariances those of all.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from recommender.features.origin import Origin

# As many principal components as keep this share of the variance, but no more than MOST_DIMENSIONS: what is left out
# then is spread thin over hundreds, and each component costs every query its time (see docs/benchmarks.md).
KEPT_VARIANCE = 0.99
MOST_DIMENSIONS = 64
# Values further from the median than this many robust deviations are outliers, and say no more than "very much".
CLIP = 5.0
# The median absolute deviation of a normal distribution is its standard deviation over this.
MAD_TO_STD = 1.4826
# Rows that medians are taken of: enough for a standard error of a hundredth of a deviation.
SAMPLED = 16_384
BLOCK = 4_096

ARRAYS = "transform.npz"
DESCRIPTION = "transform.json"


class TransformMismatch(ValueError):
    """A stored transform that does not fit the features of today; the message says how, and what helps."""


@dataclass(frozen=True)
class Transform:
    """Arrays over the raw columns have shape (width,); `components` has shape (dimensions, width).

    `variances` holds each kept component's share of the variance of the standardised columns, the largest first.
    """

    origin: Origin
    median: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    components: np.ndarray
    variances: np.ndarray

    @property
    def explained_variance(self) -> float:
        """The share of the variance that the components keep; 0 where all tracks are the same."""
        return float(self.variances.sum())

    @property
    def dimensions(self) -> int:
        return len(self.components)

    @classmethod
    def fit(cls, matrix: np.ndarray, *, origin: Origin, most: int = MOST_DIMENSIONS) -> Self:
        """Learn from (tracks, width), NaN and infinite values being gaps; raises ValueError for fewer than 2 tracks."""
        if len(matrix) < 2:
            raise ValueError(f"a transform is fitted on 2 tracks or more, not {len(matrix)}")
        median, deviation = _robust(np.asarray(matrix[:: -(-len(matrix) // SAMPLED)], dtype=np.float64))
        lower, upper = median - CLIP * deviation, median + CLIP * deviation
        robust = cls(origin, median, lower, upper, median, _inverse(deviation), np.eye(0), np.zeros(0))
        mean, covariance = _moments(map(robust.standardise, _blocks(matrix)), matrix.shape[1])
        spread = np.sqrt(covariance.diagonal())
        scale = _inverse(spread)
        components, variances = _principal(covariance * np.outer(scale, scale), min(most, len(matrix) - 1))
        return cls(origin, median, lower, upper, median + mean * deviation, scale * robust.scale, components, variances)

    def __call__(self, matrix: np.ndarray) -> np.ndarray:
        """Vectors of (tracks, dimensions), float32 and of length 1 (or 0, for one in the very middle of all)."""
        vectors = np.empty((len(matrix), self.dimensions), dtype=np.float32)
        for start in range(0, len(matrix), BLOCK):
            block = self.standardise(matrix[start : start + BLOCK]) @ self.components.T
            lengths = np.linalg.norm(block, axis=1, keepdims=True)
            vectors[start : start + BLOCK] = block / np.where(lengths > 0, lengths, 1.0)
        return vectors

    def standardise(self, matrix: np.ndarray) -> np.ndarray:
        """Imputed, clipped and standardised columns: float64, shape as given."""
        filled = np.where(np.isfinite(matrix), matrix, self.median)
        return (np.clip(filled, self.lower, self.upper) - self.mean) * self.scale

    def save(self, folder: Path) -> None:
        """Two files: the arrays, and in words what they were fitted on and keep."""
        arrays = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        np.savez(folder / ARRAYS, **arrays)
        described = asdict(self.origin) | {
            "dimensions": self.dimensions,
            "explained_variance": [round(share, 6) for share in self.variances.tolist()],
        }
        (folder / DESCRIPTION).write_text(json.dumps(described, indent=1))

    @classmethod
    def load(cls, folder: Path, family: str) -> Self:
        """Raises TransformMismatch for files that are not of the family's columns as they are today."""
        try:
            origin = Origin.of(json.loads((folder / DESCRIPTION).read_text()))
        except (FileNotFoundError, ValueError) as error:
            raise TransformMismatch(f"{folder}: no transform of this version is here ({error}); train anew") from error
        if problem := origin.misfit(family):
            raise TransformMismatch(f"{folder}: the transform {problem}; train anew")
        with np.load(folder / ARRAYS) as file:
            arrays = {name: file[name] for name in file.files}
        return cls(origin, **arrays)


def _blocks(matrix: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(matrix), BLOCK):
        yield matrix[start : start + BLOCK]


def _robust(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each column's median and robust deviation over its finite values; 0 and 0 for a column without any."""
    columns = (_robust_column(column[np.isfinite(column)]) for column in sample.T)
    median, deviation = np.array(list(columns)).T
    return median, deviation


def _robust_column(values: np.ndarray) -> tuple[float, float]:
    """Median and scaled median absolute deviation; the standard deviation where most values are the same."""
    if not len(values):
        return 0.0, 0.0
    median = np.median(values)
    deviation = MAD_TO_STD * np.median(np.abs(values - median))
    return median, deviation or values.std()


def _inverse(deviation: np.ndarray) -> np.ndarray:
    """One over each; 0 for a constant column, which tells no track from another and so becomes 0 for all."""
    constant = deviation == 0
    return np.where(constant, 0.0, 1.0 / np.where(constant, 1.0, deviation))


def _moments(blocks: Iterator[np.ndarray], width: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean (width,) and covariance (width, width) of rows that come in blocks and lie around 0."""
    count, total, products = 0, np.zeros(width), np.zeros((width, width))
    for block in blocks:
        count += len(block)
        total += block.sum(axis=0)
        products += block.T @ block
    mean = total / count
    return mean, products / count - np.outer(mean, mean)


def _principal(covariance: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The first principal components, as many as are wanted, and the share of the variance that each keeps."""
    variances, directions = np.linalg.eigh(covariance)
    variances, directions = np.maximum(variances[::-1], 0.0), directions[:, ::-1]
    total = variances.sum()
    shares = variances / total if total > 0 else variances
    # Rounding can leave the sum of all shares a little below what is wanted.
    wanted = 1 + int(np.searchsorted(shares.cumsum(), KEPT_VARIANCE - 1e-9))
    count = min(wanted, most, len(shares))
    return np.ascontiguousarray(directions[:, :count].T), shares[:count]
