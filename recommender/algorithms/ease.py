"""Linear item-item model: each item is predicted from all others by ridge regression with a closed form.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019): with P = (XᵀX + λI)⁻¹ over the listener × item
matrix X, the weights are B = I − P · diag(P)⁻¹, whose diagonal is 0 so that no item predicts itself.

The inverse is of whichever side of X is shorter: for fewer listeners than items, the Woodbury identity gives
P = (I − Xᵀ(XXᵀ + λI)⁻¹X) / λ. Of the weights by which an item speaks for and against others the largest are kept, so
that what was learned of a large catalogue is small, and a score is a sum of few numbers. (Cut the other way round,
by what speaks for an item, as many weights rank worse: scores of different items are then no longer comparable.)
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from scipy import linalg, sparse

from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.scorer import ParamSpace
from recommender.histories import Histories

L2 = 100.0
# Weights kept by which an item speaks for or against others: as good as all of them on Last.fm, at a tenth of the size.
KEPT = 500
# Items that there are weights of: those that most listeners prefer, so that their inverse fits into 400 MB; and only
# such as several prefer, as one listener says nothing of what goes together.
MOST = 10_000
LEAST_LISTENERS = 2
# Rows of P at a time.
BLOCK = 512


class Ease(ItemItem):
    name = "ease"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "l2": ParamSpace(1.0, 5_000.0, log=True),
        "kept": ParamSpace(20, 2_000, log=True, integer=True),
    }

    @classmethod
    def fit(cls, histories: Histories, *, l2: float = L2, kept: int = KEPT, most: int = MOST) -> Self:
        """`l2` is λ, above 0: the more, the less a pair of items that few have in common counts.

        Each of the `most` most preferred items speaks for or against `kept` others. Both are from 1 up.
        """
        if not l2 > 0:
            raise ValueError(f"l2 has to be above 0, not {l2}")
        if kept < 1 or most < 1:
            raise ValueError(f"kept and most have to be 1 or more, not {kept} and {most}")
        matrix = histories.preferred()
        items = _known(matrix, most)
        weights = _weights(matrix[:, items], l2, kept).tocoo()
        places = items[weights.row], items[weights.col]
        return cls(sparse.csr_matrix((weights.data, places), shape=(histories.n_items,) * 2))

    def inputs(self, histories: Histories) -> sparse.csr_matrix:
        return histories.preferred()


def _known(matrix: sparse.csr_matrix, most: int) -> np.ndarray:
    """The items that there will be weights of, ascending."""
    listeners = np.asarray(matrix.sum(axis=0)).ravel()
    best = np.argsort(-listeners, kind="stable")[:most]
    return np.sort(best[listeners[best] >= LEAST_LISTENERS])


def _weights(matrix: sparse.csr_matrix, l2: float, kept: int) -> sparse.csr_matrix:
    """B with the `kept` largest of each row, by their size."""
    count = matrix.shape[1]
    if not count:
        return sparse.csr_matrix((0, 0), dtype=np.float32)
    inverse = (_ByListeners if matrix.shape[0] < count else _ByItems)(matrix, l2)
    blocks = []
    for first in range(0, count, BLOCK):
        places = np.arange(first, min(first + BLOCK, count))
        block = inverse.rows(places) / -inverse.diagonal
        block[np.arange(len(places)), places] = 0.0
        blocks.append(_largest(block, kept))
    return sparse.vstack(blocks, format="csr")


def _largest(block: np.ndarray, kept: int) -> sparse.csr_matrix:
    if kept < block.shape[1]:
        sizes = np.abs(block)
        least = -np.partition(-sizes, kept - 1, axis=1)[:, kept - 1 : kept]
        block = np.where(sizes >= least, block, 0.0)
    return sparse.csr_matrix(block, dtype=np.float32)


class _Inverse(ABC):
    """P = (XᵀX + λI)⁻¹ as far as it is needed: its diagonal, shape (items,), and rows."""

    diagonal: np.ndarray

    @abstractmethod
    def rows(self, places: np.ndarray) -> np.ndarray:
        """Shape (places, items)."""


class _ByItems(_Inverse):
    def __init__(self, matrix: sparse.csr_matrix, l2: float) -> None:
        self._inverse = _inverse_of((matrix.T @ matrix).toarray(), l2)
        self.diagonal = self._inverse.diagonal()

    def rows(self, places: np.ndarray) -> np.ndarray:
        return self._inverse[places]


class _ByListeners(_Inverse):
    def __init__(self, matrix: sparse.csr_matrix, l2: float) -> None:
        self._items, self._l2 = matrix.T.tocsr(), l2
        self._kernel = _inverse_of((matrix @ matrix.T).toarray(), l2)
        spread = np.asarray(self._items.multiply(self._items @ self._kernel).sum(axis=1)).ravel()
        self.diagonal = ((1.0 - spread) / l2).astype(np.float32)

    def rows(self, places: np.ndarray) -> np.ndarray:
        rows = -((self._items @ (self._items[places] @ self._kernel).T).T)
        rows[np.arange(len(places)), places] += 1.0
        return rows / self._l2


def _inverse_of(gram: np.ndarray, l2: float) -> np.ndarray:
    """The inverse of a Gram matrix with `l2` added to its diagonal, float32; overwrites the matrix."""
    gram[np.diag_indices_from(gram)] += l2
    factor, _ = linalg.lapack.spotrf(gram, lower=True, overwrite_a=True)
    inverse, failed = linalg.lapack.spotri(factor, lower=True, overwrite_c=True)
    if failed:
        raise FloatingPointError(f"the matrix of EASE has no inverse in single precision; l2 = {l2} is too small")
    return np.tril(inverse) + np.tril(inverse, -1).T
