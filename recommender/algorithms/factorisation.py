"""Spark's ALS as a scorer: item factors learned from all histories, and each listener folded in to be scored."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms import spark_als
from recommender.algorithms.crowd import Crowd
from recommender.algorithms.fold_in import FoldedIn, fold_in, fold_in_all
from recommender.algorithms.scorer import ParamSpace, Scorer, summed
from recommender.histories import Histories
from recommender.interactions import Interactions

FACTORS, META = "item_factors.npy", "meta.json"
RANK = 32


class Factorisation(Scorer):
    """Item factors Y, float32, shape (n_items, rank); those of an item that nobody preferred are 0.

    `crowd` is whom they were learned from; None where only the factors are known.
    """

    name = "als"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "rank": ParamSpace(8, 128, log=True, integer=True),
        "reg_param": ParamSpace(0.001, 5.0, log=True),
        "alpha": ParamSpace(0.1, 50.0, log=True),
        "iterations": ParamSpace(5, 20, integer=True),
    }

    def __init__(self, factors: np.ndarray, *, alpha: float, reg_param: float, crowd: Crowd | None = None) -> None:
        if not np.isfinite(factors).all():
            raise FloatingPointError(f"{self.name} has factors that are not finite")
        self.factors = factors
        self.gram = (factors.T @ factors).astype(np.float64)
        self.confidence = {"alpha": alpha, "reg_param": reg_param}
        self.crowd = crowd

    @classmethod
    def fit(
        cls,
        histories: Histories,
        *,
        rank: int = RANK,
        reg_param: float = 0.5,
        alpha: float = 3.0,
        iterations: int = 10,
        seed: int = 42,
    ) -> Self:
        """Named as Spark names them, by which it is fitted; an item that nobody prefers keeps the factors 0."""
        params = spark_als.Params(rank, reg_param, alpha, iterations, seed)
        weights = summed(histories).tocoo()
        numbers = np.arange(len(histories)).tolist(), np.arange(histories.n_items)
        preferences = Interactions(*numbers, weights.row, weights.col, weights.data, weights.nnz).with_preferences()
        factors, crowd = np.zeros((histories.n_items, rank), dtype=np.float32), None
        if len(preferences):
            listeners, factors[preferences.track_ids] = spark_als.fit(preferences, params)
            likers = np.bincount(weights.col[weights.data > 0], minlength=histories.n_items)
            crowd = Crowd.of(listeners, likers, np.abs(preferences.weights).mean())
        return cls(factors, alpha=alpha, reg_param=reg_param, crowd=crowd)

    def scores(self, histories: Histories) -> np.ndarray:
        return fold_in_all(self.gram, self.factors, summed(histories), **self.confidence) @ self.factors.T

    def scores_of_new(self, histories: Histories) -> np.ndarray:
        """As `scores`, of listeners whom the training has not seen, or not all of."""
        known, rows = self.known, summed(histories)
        found = np.zeros((len(histories), self.factors.shape[1]), dtype=np.float32)
        for own, row in zip(found, rows, strict=True):
            taken = known[row.indices]
            own[:] = self.fold_in(row.indices[taken], row.indices[taken], row.data[taken]).factors
        return found @ self.factors.T

    def fold_in(self, items: np.ndarray, names: np.ndarray, weights: np.ndarray) -> FoldedIn:
        """The listener of these interactions, as a training would have them; `names` are what the items are called."""
        crowd = self.crowd.part(items) if self.crowd else None
        factors = self.factors[items].astype(np.float64)
        return fold_in(self.gram, factors, names, weights, **self.confidence, crowd=crowd)

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        rows = [self._shares(row, item) for row in summed(histories)]
        return sparse.vstack(rows, format="csr") if rows else sparse.csr_matrix((0, histories.n_items))

    def _shares(self, row: sparse.csr_matrix, item: int) -> sparse.csr_matrix:
        folded = fold_in(self.gram, self.factors[row.indices], row.indices, row.data, **self.confidence)
        shares = self.factors[item] @ folded.influence
        return sparse.csr_matrix((shares, (np.zeros(len(shares), np.int64), folded.preferred)), shape=row.shape)

    @property
    def known(self) -> np.ndarray:
        return self.factors.any(axis=1)

    def save(self, folder: Path) -> None:
        np.save(folder / FACTORS, np.ascontiguousarray(self.factors, dtype=np.float32))
        (folder / META).write_text(json.dumps(self.confidence))
        if self.crowd:
            self.crowd.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        # Mapped, so that the processes of one machine share it.
        factors = np.load(folder / FACTORS, mmap_mode="r").view(np.ndarray)
        return cls(factors, **json.loads((folder / META).read_text()), crowd=Crowd.load(folder))
