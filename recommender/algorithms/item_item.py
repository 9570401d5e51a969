"""Models that are one sparse matrix of weights from item to item: a score is a sum over what a listener heard."""

from abc import abstractmethod
from pathlib import Path
from typing import Self

import numpy as np
from scipy import sparse

from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories

FILE = "weights.npz"


class ItemItem(Scorer):
    """`weights` (float32, shape (n_items, n_items)): what having the item of the row adds to the item of the column."""

    def __init__(self, weights: sparse.csr_matrix) -> None:
        if not np.isfinite(weights.data).all():
            raise FloatingPointError(f"{self.name} has weights that are not finite")
        self.weights = weights

    @abstractmethod
    def inputs(self, histories: Histories) -> sparse.csr_matrix:
        """How much each item of each history counts: float32, shape (listeners, n_items)."""

    def scores(self, histories: Histories) -> np.ndarray:
        return (self.inputs(histories) @ self.weights).toarray()

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        given = self.inputs(histories)
        return given.multiply(self._onto(np.unique(given.indices), item)).tocsr()

    def shares_of_each(self, history: Histories, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        given = self.inputs(history)
        heard, places = np.unique(given.indices, return_inverse=True)
        amounts = np.bincount(places, weights=given.data, minlength=len(heard))
        return heard, self._between(heard, items).T * amounts

    def _between(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """The weights of some items onto others, shape (rows, columns): slicing by SciPy takes five times as long."""
        starts, lengths = self.weights.indptr[rows], self.weights.indptr[rows + 1] - self.weights.indptr[rows]
        ends = np.cumsum(lengths)
        held = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        place = np.full(self.weights.shape[1], -1)
        place[columns] = np.arange(len(columns))
        found = place[self.weights.indices[held]]
        wanted = found >= 0
        block = np.zeros((len(rows), len(columns)), dtype=np.float32)
        block[np.repeat(np.arange(len(rows)), lengths)[wanted], found[wanted]] = self.weights.data[held[wanted]]
        return block

    def _onto(self, items: np.ndarray, item: int) -> sparse.csr_matrix:
        """The weights of some items onto one, shape (1, n_items): looked up row by row, as a history is short."""
        columns = self.weights[items][:, [item]].toarray().ravel()
        return sparse.csr_matrix((columns, items, [0, len(items)]), shape=(1, self.weights.shape[0]))

    @property
    def known(self) -> np.ndarray:
        speaks = np.diff(self.weights.indptr) > 0
        speaks[self.weights.indices] = True
        return speaks

    def save(self, folder: Path) -> None:
        sparse.save_npz(folder / FILE, self.weights, compressed=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(sparse.load_npz(folder / FILE))


def largest(weights: sparse.csr_matrix, kept: int) -> sparse.csr_matrix:
    """With only the `kept` largest weights of each row, by their size."""
    lengths = np.diff(weights.indptr)
    rows = np.repeat(np.arange(weights.shape[0]), lengths)
    order = np.lexsort((-np.abs(weights.data), rows))
    ranks = np.empty(len(rows), dtype=np.int64)
    ranks[order] = np.arange(len(rows)) - np.repeat(weights.indptr[:-1], lengths)
    taken = ranks < kept
    counts = np.bincount(rows[taken], minlength=weights.shape[0])
    return sparse.csr_matrix(
        (weights.data[taken], weights.indices[taken], np.concatenate([[0], np.cumsum(counts)])), shape=weights.shape
    )
