"""The whole matrix of a family as of one reading, on disk: a store is asked once, and all passes see the same rows."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from recommender.features.columns import WIDTHS
from recommender.features.store import FeatureStore


@dataclass(frozen=True)
class Snapshot:
    """Track ids (int64, shape (n,), ascending) and their features (float32, shape (n, width), memory-mapped).

    `gaps` is how many values are not finite. The file is gone with the last reference, or with the process.
    """

    ids: np.ndarray
    matrix: np.ndarray
    gaps: int

    @classmethod
    def of(cls, store: FeatureStore, family: str, folder: Path) -> Self:
        """Raises what the store raises, and OSError where the folder's disk is full."""
        ids, gaps = [np.empty(0, dtype=np.int64)], 0
        # It has no name, so that nothing is left of it where the process is killed.
        with tempfile.TemporaryFile(dir=folder) as file:
            for block_ids, block in store.matrix(family):
                ids.append(block_ids)
                gaps += int(np.count_nonzero(~np.isfinite(block)))
                file.write(np.ascontiguousarray(block, dtype="<f4").data)
            file.flush()
            track_ids = np.concatenate(ids)
            shape = len(track_ids), WIDTHS[family]
            matrix = np.memmap(file, "<f4", "r", shape=shape) if len(track_ids) else np.empty(shape, dtype="<f4")
        return cls(track_ids, matrix, gaps)
