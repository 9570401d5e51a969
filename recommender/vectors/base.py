"""The nearest of many vectors, by cosine: what every index can do."""

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

IDS = "ids.npy"
DESCRIPTION = "index.json"


class VectorIndex(ABC):
    """Immutable, and a folder of files: built aside from a whole matrix, then loaded by as many readers as there are.

    Files are memory-mapped, so that readers in several processes share one copy. Queries may come from any thread.
    """

    # What the description of a folder calls this kind of index.
    kind: ClassVar[str]

    def __init__(self, ids: np.ndarray, dimensions: int) -> None:
        # Ascending; the place of an id is the place of its vector.
        self.ids = ids
        self.dimensions = dimensions

    @classmethod
    def build(cls, folder: Path, ids: np.ndarray, vectors: np.ndarray) -> None:
        """Write an index of vectors under their ids, both as `checked` wants them."""
        cls._build(*checked(ids, vectors)).save(folder)

    @classmethod
    @abstractmethod
    def _build(cls, ids: np.ndarray, vectors: np.ndarray) -> Self: ...

    def save(self, folder: Path, **figures: float | str) -> None:
        """Write the files, and beside them what the index is and these figures say of it, as JSON."""
        np.save(folder / IDS, self.ids)
        described = {"kind": self.kind, "vectors": len(self), "dimensions": self.dimensions, **self._save(folder)}
        (folder / DESCRIPTION).write_text(json.dumps(described | figures, indent=1))

    @abstractmethod
    def _save(self, folder: Path) -> dict:
        """Write all but the ids; returns what has to be known to load it."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls._load(folder, np.load(folder / IDS, mmap_mode="r"), description(folder))

    @classmethod
    @abstractmethod
    def _load(cls, folder: Path, ids: np.ndarray, described: dict) -> Self: ...

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


def checked(ids: np.ndarray, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ids (int64, shape (n,), strictly ascending) and vectors (float32, shape (n, dimensions)) for an index.

    Raises ValueError where they do not fit together or are not finite.
    """
    if len(ids) != len(vectors) or not len(ids):
        raise ValueError(f"as many ids as vectors are needed, and one at least: {len(ids)} and {len(vectors)}")
    if (np.diff(ids) <= 0).any():
        raise ValueError("ids have to ascend, each only once")
    if not np.isfinite(vectors).all():
        raise ValueError("vectors have to be finite")
    return np.asarray(ids, dtype=np.int64), np.asarray(vectors, dtype=np.float32)


def description(folder: Path) -> dict:
    """What `save` wrote: kind, vectors, dimensions, the settings of the kind, and the figures that were given."""
    return json.loads((folder / DESCRIPTION).read_text())
