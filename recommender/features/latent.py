"""From raw features to latent vectors: standardised as for `Transform`, then through an autoencoder's encoder."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from recommender.features.autoencoder import Autoencoder
from recommender.features.origin import Origin
from recommender.features.transform import BLOCK, Transform, TransformMismatch
from streaming import processes

FILE = "autoencoder.npz"
# Rows that the autoencoder learns from at most, spread over all: its training holds them in memory several times.
LEARNED_FROM = 50_000


@dataclass(frozen=True)
class LatentSpace:
    """Fitted, saved, loaded and applied as a `Transform` is, with which vectors start."""

    transform: Transform
    autoencoder: Autoencoder

    @property
    def origin(self) -> Origin:
        return self.transform.origin

    @property
    def dimensions(self) -> int:
        return len(self.autoencoder.middle)

    @property
    def explained_variance(self) -> float:
        """Of tracks that were not learned from."""
        return self.autoencoder.explained_variance

    @classmethod
    def fit(cls, matrix: np.ndarray, *, origin: Origin) -> Self:
        """Learn from (tracks, width), NaN and infinite values being gaps.

        Raises ValueError for fewer than 2 tracks, FloatingPointError where what was learned is not finite, and
        BrokenProcessPool where the process that learns dies.
        """
        transform = Transform.fit(matrix, origin=origin)
        rows = _standardised(transform, matrix[:: -(-len(matrix) // LEARNED_FROM)])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "rows.npy")
            np.save(file, rows)
            # JAX takes some hundred MB and all cores: a process of its own gives both back, and gives way meanwhile.
            with processes.pool(1) as pool:
                return cls(transform, pool.submit(_learned_from, file).result())

    def __call__(self, matrix: np.ndarray) -> np.ndarray:
        """Vectors of (tracks, dimensions), float32 and of length 1 (or 0, for one in the very middle of all)."""
        vectors = np.empty((len(matrix), self.dimensions), dtype=np.float32)
        for start in range(0, len(matrix), BLOCK):
            vectors[start : start + BLOCK] = self.autoencoder(self.transform.standardise(matrix[start : start + BLOCK]))
        return vectors

    def save(self, folder: Path) -> None:
        self.transform.save(folder)
        self.autoencoder.save(folder / FILE)

    @classmethod
    def load(cls, folder: Path, family: str) -> Self:
        """Raises TransformMismatch for files that are gone, or not of the family's columns as they are today."""
        transform = Transform.load(folder, family)
        try:
            return cls(transform, Autoencoder.load(folder / FILE))
        except FileNotFoundError as error:
            raise TransformMismatch(f"{folder}: no autoencoder is here ({error}); train anew") from error


def _standardised(transform: Transform, matrix: np.ndarray) -> np.ndarray:
    rows = np.empty(matrix.shape, dtype=np.float32)
    for start in range(0, len(matrix), BLOCK):
        rows[start : start + BLOCK] = transform.standardise(matrix[start : start + BLOCK])
    return rows


def _learned_from(file: Path) -> Autoencoder:
    return Autoencoder.fit(np.load(file))
