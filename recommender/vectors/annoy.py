"""Approximate neighbours by a forest of random projections (Annoy, https://github.com/spotify/annoy).

Annoy makes room for the highest id it is given, so vectors go by their dense position; the ids lie beside the forest.
"""

from dataclasses import asdict, dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import Self

import numpy as np
from annoy import AnnoyIndex as Forest

from recommender.vectors.base import VectorIndex

FOREST = "forest.ann"
# The same forest from the same vectors.
SEED = 20_170_301
# The list length for which a setting's search_k holds.
MEASURED_FOR = 11


@dataclass(frozen=True)
class Setting:
    """How many trees there are, and how many vectors one query for MEASURED_FOR looks at, at most."""

    trees: int
    search_k: int


DEFAULT = Setting(trees=25, search_k=2_000)


class AnnoyIndex(VectorIndex):
    kind = "annoy"

    def __init__(self, ids: np.ndarray, forest: Forest, setting: Setting = DEFAULT) -> None:
        super().__init__(ids, forest.f)
        self.forest = forest
        self.setting = setting

    @classmethod
    def _build(cls, ids: np.ndarray, vectors: np.ndarray) -> Self:
        forest = planted(vectors)
        grow(forest, DEFAULT.trees)
        return cls(ids, forest)

    def _save(self, folder: Path) -> dict:
        self.forest.save(str(folder / FOREST))
        return asdict(self.setting)

    @classmethod
    def _load(cls, folder: Path, ids: np.ndarray, described: dict) -> Self:
        forest = Forest(described["dimensions"], "angular")
        forest.load(str(folder / FOREST))
        return cls(ids, forest, Setting(described["trees"], described["search_k"]))

    def neighbours(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        k = min(k, len(self))
        # Ten times as long a list asks for 1.4 times the search_k at the same recall (106,574 vectors of 64
        # dimensions, .995); by the square root it gets 3 times.
        look_at = ceil(self.setting.search_k * max(1.0, sqrt(k / MEASURED_FOR)))
        positions, distances = self.forest.get_nns_by_vector(vector, k, search_k=look_at, include_distances=True)
        # Annoy's angular distance is the length of the chord: its square is 2 - 2 cos.
        similarities = 1.0 - np.square(distances, dtype=np.float32) / 2.0
        return self.ids[np.array(positions, dtype=np.int64)], similarities

    def _vector(self, position: int) -> np.ndarray:
        return np.array(self.forest.get_item_vector(position), dtype=np.float32)


def planted(vectors: np.ndarray) -> Forest:
    """A forest that holds the vectors and has no trees yet."""
    forest = Forest(vectors.shape[1], "angular")
    forest.set_seed(SEED)
    for position, vector in enumerate(vectors):
        forest.add_item(position, vector)
    return forest


def grow(forest: Forest, trees: int) -> None:
    """Have so many trees, in place of those there are."""
    forest.unbuild()
    # One thread: with more, the forest depends on which of them is faster.
    forest.build(trees, n_jobs=1)
