"""Implicit matrix factorisation by exact alternating least squares, with what was found to matter for it.

Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets" (2008), as tuned in Rendle, Krichene,
Zhang and Koren, "Revisiting the performance of iALS on item recommendation benchmarks" (RecSys 2022): every pair that
was not heard counts `alpha`, and the regularisation of a row is λ (n + alpha · items) for its n items heard. Besides,
an item's unheard pairs count by a power of its popularity, as it is not for want of knowing it that most leave a
popular one unheard (He et al., "Fast matrix factorization for online recommendation with implicit feedback", SIGIR
2016).

A listener is scored by the step that the training alternates, from whatever history is given. One whom it has not seen
draws their items first, as in `crowd.py`.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar, Self

import numba
import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from recommender.algorithms.crowd import Crowd
from recommender.algorithms.scorer import ParamSpace, Scorer
from recommender.histories import Histories

FACTORS = "factors.npz"
META = "meta.json"
# Standard deviation of a factor's length at the start.
START = 0.1
SEED = 20_170_301
THREADS = 2


class ImplicitAls(Scorer):
    """`items` has shape (n_items, factors); `commonness` (n_items,) is what an unheard pair counts, 1 on average.

    `crowd` is whom they were learned from; None where only the factors are known.
    """

    name = "ials"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "factors": ParamSpace(16, 512, log=True, integer=True),
        "l2": ParamSpace(1e-4, 0.1, log=True),
        "alpha": ParamSpace(1e-3, 0.3, log=True),
        "beta": ParamSpace(0.0, 1.0),
        "iterations": ParamSpace(4, 32, integer=True),
    }

    def __init__(
        self, items: np.ndarray, commonness: np.ndarray, *, alpha: float, l2: float, crowd: Crowd | None = None
    ) -> None:
        if not np.isfinite(items).all():
            raise FloatingPointError(f"{self.name} has factors that are not finite")
        self.items, self.commonness = items, commonness
        self.alpha, self.l2, self.crowd = alpha, l2, crowd
        self._gram = (items * commonness[:, None]).T @ items
        strengths, directions = np.linalg.eigh(self._gram)
        # In the gram's own directions a listener of few items is solved for by a system as small as their history.
        self._turned = np.ascontiguousarray(items @ directions)
        self._strengths = (alpha * np.maximum(strengths, 0.0)).astype(np.float32)

    @classmethod
    def fit(
        cls,
        histories: Histories,
        *,
        factors: int = 64,
        l2: float = 0.01,
        alpha: float = 0.03,
        beta: float = 0.25,
        iterations: int = 12,
        seed: int = SEED,
    ) -> Self:
        """`alpha` is what an unheard pair counts beside a heard one, `beta` the power of popularity in it."""
        if factors < 1 or iterations < 1 or not (l2 > 0 and alpha > 0):
            raise ValueError(
                f"factors and iterations have to be 1 or more, not {factors} and {iterations}; "
                f"l2 and alpha above 0, not {l2} and {alpha}"
            )
        matrix = histories.preferred()
        columns = sparse.csr_matrix(matrix.T)
        commonness = _commonness(matrix, beta)
        start = np.random.default_rng(seed).standard_normal((matrix.shape[1], factors))
        items = (start * START / np.sqrt(factors)).astype(np.float32)
        for _ in range(iterations):
            listeners = cls(items, commonness, alpha=alpha, l2=l2).factors_of(matrix)
            items = _item_factors(columns, listeners, commonness, alpha, l2)
        crowd = Crowd.of(listeners, np.diff(columns.indptr), 1.0) if len(listeners) else None
        return cls(items, commonness, alpha=alpha, l2=l2, crowd=crowd)

    def factors_of(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Of the listeners of these rows of 0 and 1, in the turned directions: float32, shape (listeners, factors)."""
        counts = np.diff(rows.indptr)
        regularisation = (self.l2 * (counts + self.alpha * rows.shape[1])).astype(np.float32)
        return _solved(rows, self._turned, self._strengths, np.ones(rows.shape[0], np.float32), regularisation)

    def scores(self, histories: Histories) -> np.ndarray:
        return self.factors_of(histories.preferred()) @ self._turned.T

    def scores_of_new(self, histories: Histories) -> np.ndarray:
        """As `scores`, of listeners whom the training has not seen, or not all of."""
        if self.crowd is None:
            return self.scores(histories)
        rows = histories.preferred()
        found = np.zeros((len(histories), self.items.shape[1]), dtype=np.float32)
        for own, row in zip(found, rows, strict=True):
            own[:] = self._new(row.indices)
        return found @ self.items.T

    def _new(self, heard: np.ndarray) -> np.ndarray:
        """The factors of a new listener of these items, as the training would have them, shape (factors,)."""
        items, common = self.items[heard].astype(np.float64), self.commonness[heard].astype(np.float64)
        reg = self.l2 * (len(heard) + self.alpha * len(self.items))
        gram = self.alpha * self._gram + reg * np.eye(items.shape[1])
        x = np.linalg.solve(gram + items.T @ items, items.sum(axis=0))
        drawn = self._drawn(heard, x)
        moved = self.alpha * ((drawn.T * common) @ drawn - (items.T * common) @ items)
        return np.linalg.solve(gram + moved + drawn.T @ drawn, drawn.sum(axis=0))

    def _drawn(self, heard: np.ndarray, x: np.ndarray) -> np.ndarray:
        crowd = self.crowd.part(heard)
        unheard, likers = self.alpha * self.commonness[heard].astype(np.float64), crowd.likers
        equations = crowd.strengths * (unheard + likers / crowd.listeners)[:, None]
        equations += self.l2 * (likers + 1 + unheard * crowd.listeners)[:, None]
        return crowd.pulled(self.items[heard], x, equations, self.l2, 1.0 + unheard, np.ones(len(heard)))

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        rows = histories.preferred()
        found = [self._shares(row, item) for row in rows]
        return sparse.vstack(found, format="csr") if found else rows

    def _shares(self, row: sparse.csr_matrix, item: int) -> sparse.csr_matrix:
        heard = self._turned[row.indices].astype(np.float64)
        regularisation = self.l2 * (row.nnz + self.alpha * row.shape[1])
        matrix = heard.T @ heard + np.diag(self._strengths + regularisation)
        shares = heard @ np.linalg.solve(matrix, self._turned[item])
        return sparse.csr_matrix((shares.astype(np.float32), row.indices, row.indptr), shape=row.shape)

    def save(self, folder: Path) -> None:
        np.savez(folder / FACTORS, items=self.items, commonness=self.commonness)
        (folder / META).write_text(json.dumps({"alpha": self.alpha, "l2": self.l2}))
        if self.crowd:
            self.crowd.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        with np.load(folder / FACTORS) as arrays:
            meta = json.loads((folder / META).read_text())
            return cls(arrays["items"], arrays["commonness"], **meta, crowd=Crowd.load(folder))


def _commonness(matrix: sparse.csr_matrix, beta: float) -> np.ndarray:
    # An item that nobody has counts as one that half a listener has.
    listeners = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 0.5)
    powers = (listeners / listeners.mean()) ** beta
    return (powers / powers.mean()).astype(np.float32)


def _item_factors(
    columns: sparse.csr_matrix, listeners: np.ndarray, commonness: np.ndarray, alpha: float, l2: float
) -> np.ndarray:
    strengths, directions = np.linalg.eigh(listeners.T @ listeners)
    turned = np.ascontiguousarray(listeners @ directions)
    # Regularised as if the item were commoner than it is: on a power of popularity below 1, this does better.
    regularisation = l2 * (np.diff(columns.indptr) + alpha * commonness * columns.shape[1])
    strengths = (alpha * np.maximum(strengths, 0.0)).astype(np.float32)
    solved = _solved(columns, turned, strengths, commonness, regularisation.astype(np.float32))
    return np.ascontiguousarray(solved @ directions.T)


def _solved(
    rows: sparse.csr_matrix, others: np.ndarray, strengths: np.ndarray, times: np.ndarray, regularisation: np.ndarray
) -> np.ndarray:
    """The factors of each row, given those of its other side, whose Gram matrix is diagonal (`strengths`)."""
    found = np.zeros((rows.shape[0], others.shape[1]), dtype=np.float32)
    # As many entries for each thread, whatever the rows.
    edges = np.searchsorted(rows.indptr, np.linspace(0, rows.nnz, 4 * THREADS + 1)[1:-1])
    edges = [0, *edges.tolist(), rows.shape[0]]
    with ThreadPoolExecutor(THREADS) as pool, threadpool_limits(1):
        work = [
            pool.submit(_solve, rows.indptr, rows.indices, others, strengths, times, regularisation, found, first, end)
            for first, end in zip(edges, edges[1:], strict=False)
        ]
        for one in work:
            one.result()
    return found


@numba.njit(cache=True, nogil=True, fastmath=True)
def _solve(indptr, indices, others, strengths, times, regularisation, found, first, end):
    """(Y_rᵀY_r + diag(strengths · times_r + regularisation_r)) x = Y_rᵀ1 for the rows from `first` to before `end`.

    For fewer items than factors by the Woodbury identity, in a system of as many unknowns as items.
    """
    width = others.shape[1]
    for row in range(first, end):
        begin, stop = indptr[row], indptr[row + 1]
        count = stop - begin
        if count == 0:
            continue
        heard = others[indices[begin:stop]]
        diagonal = strengths * times[row] + regularisation[row]
        if count <= width:
            scaled = heard / diagonal
            matrix = np.dot(scaled, heard.T)
            for place in range(count):
                matrix[place, place] += np.float32(1)
            found[row] = np.dot(np.linalg.solve(matrix, np.ones(count, np.float32)), scaled)
        else:
            matrix = np.dot(heard.T, heard)
            for place in range(width):
                matrix[place, place] += diagonal[place]
            found[row] = np.linalg.solve(matrix, np.sum(heard, axis=0))
