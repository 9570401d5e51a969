"""Every vector compared: for small sets, and the measure of the approximate index."""

from pathlib import Path
from typing import Self

import numpy as np

from recommender.vectors.base import VectorIndex

VECTORS = "vectors.npy"


class ExactIndex(VectorIndex):
    kind = "exact"

    def __init__(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        super().__init__(ids, vectors.shape[1])
        self.matrix = vectors
        self.lengths = _lengths(vectors)

    @classmethod
    def _build(cls, ids: np.ndarray, vectors: np.ndarray) -> Self:
        return cls(ids, vectors)

    def _save(self, folder: Path) -> dict:
        np.save(folder / VECTORS, self.matrix)
        return {}

    @classmethod
    def _load(cls, folder: Path, ids: np.ndarray, described: dict) -> Self:
        return cls(ids, np.load(folder / VECTORS, mmap_mode="r"))

    def neighbours(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        similarities = self.matrix @ (vector / _lengths(vector)) / self.lengths
        best = np.argpartition(-similarities, min(k, len(self)) - 1)[:k]
        best = best[np.argsort(-similarities[best], kind="stable")]
        return self.ids[best], similarities[best]

    def _vector(self, position: int) -> np.ndarray:
        return self.matrix[position]


def _lengths(vectors: np.ndarray) -> np.ndarray:
    """Euclidean lengths along the last axis; 1 for a vector of zeros, which is similar to nothing."""
    lengths = np.linalg.norm(vectors, axis=-1)
    return np.where(lengths > 0, lengths, 1.0)
