"""What most listeners prefer, the same for everybody: what any other model has to be better than."""

from pathlib import Path
from typing import Self

import numpy as np
from scipy import sparse

from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories

FILE = "listeners.npy"


class MostPopular(Scorer):
    name = "popularity"

    def __init__(self, listeners: np.ndarray) -> None:
        # How many listeners prefer each item, shape (n_items,).
        self._listeners = listeners.astype(np.float32)

    @classmethod
    def fit(cls, histories: Histories) -> Self:
        return cls(np.asarray(histories.preferred().sum(axis=0)).ravel())

    def scores(self, histories: Histories) -> np.ndarray:
        return np.tile(self._listeners, (len(histories), 1))

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        return sparse.csr_matrix((len(histories), histories.n_items), dtype=np.float32)

    @property
    def known(self) -> np.ndarray:
        return self._listeners > 0

    def save(self, folder: Path) -> None:
        np.save(folder / FILE, self._listeners)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(np.load(folder / FILE))
