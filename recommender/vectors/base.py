"""The nearest of many vectors, by cosine: what every index can do."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

import numpy as np

IDS = "ids.npy"


class VectorIndex(ABC):
    """Immutable, and a folder of files: built aside from a whole matrix, then loaded by as many readers as there are.

    Files are memory-mapped, so that readers in several processes share one copy. Queries may come from any thread.
    """

    def __init__(self, ids: np.ndarray, dimensions: int) -> None:
        # Ascending; the place of an id is the place of its vector.
        self.ids = ids
        self.dimensions = dimensions

    @classmethod
    def build(cls, folder: Path, ids: np.ndarray, vectors: np.ndarray) -> None:
        """Write an index of vectors (float32, shape (n, dimensions)) under their ids (shape (n,), strictly ascending).

        Raises ValueError where they do not fit together or are not finite.
        """
        if len(ids) != len(vectors) or not len(ids):
            raise ValueError(f"as many ids as vectors are needed, and one at least: {len(ids)} and {len(vectors)}")
        if (np.diff(ids) <= 0).any():
            raise ValueError("ids have to ascend, each only once")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors have to be finite")
        np.save(folder / IDS, np.asarray(ids, dtype=np.int64))
        cls._build(folder, np.asarray(vectors, dtype=np.float32))

    @classmethod
    @abstractmethod
    def _build(cls, folder: Path, vectors: np.ndarray) -> None: ...

    @classmethod
    @abstractmethod
    def load(cls, folder: Path) -> Self: ...

    @abstractmethod
    def neighbours(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and cosine similarities (from -1 to 1) of the k nearest, the most similar first; all where k is more."""

    @abstractmethod
    def _vector(self, position: int) -> np.ndarray: ...

    def vectors(self, ids: np.ndarray) -> dict[int, np.ndarray]:
        """The vectors of those of the ids that are in the index."""
        ids = np.asarray(ids, dtype=np.int64)
        positions = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        found = self.ids[positions] == ids
        return {
            int(id_): self._vector(int(position)) for id_, position in zip(ids[found], positions[found], strict=True)
        }

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def _load_ids(folder: Path) -> np.ndarray:
        return np.load(folder / IDS, mmap_mode="r")
