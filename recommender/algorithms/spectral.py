"""What is left of a history in the strongest directions of the listener-item graph: an ideal low-pass filter.

The low-pass part of GF-CF (Shen et al., "How powerful is graph convolution for recommendation?", CIKM 2021); as only
the items' side of a history is scaled, it is PureSVD (Cremonesi, Koren and Turrin, RecSys 2010) of that matrix.
The order of a history does not count.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from recommender.algorithms.scorer import ParamSpace, Scorer
from recommender.histories import Histories

FILE = "spectral.npz"
FACTORS = 64
# Below this share of the largest singular value a direction is noise of the arithmetic.
SMALLEST = 1e-4
SEED = 20_170_301


class Spectral(Scorer):
    """`basis` (float32, shape (n_items, factors)) spans the directions kept; `scale` (n_items,) is 1 / sqrt(degree)."""

    name = "spectral"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {"factors": ParamSpace(8, 512, log=True, integer=True)}

    def __init__(self, basis: np.ndarray, scale: np.ndarray) -> None:
        if not (np.isfinite(basis).all() and np.isfinite(scale).all()):
            raise FloatingPointError(f"{self.name} has factors that are not finite")
        self.basis, self.scale = basis, scale

    @classmethod
    def fit(cls, histories: Histories, *, factors: int = FACTORS) -> Self:
        """Keeps `factors` directions, or as many as there are."""
        if factors < 1:
            raise ValueError(f"factors have to be 1 or more, not {factors}")
        matrix = histories.preferred().astype(np.float64)
        listeners, items = (np.maximum(np.asarray(matrix.sum(axis=side)).ravel(), 1.0) ** -0.5 for side in (1, 0))
        normal = sparse.csr_matrix(sparse.diags_array(listeners) @ matrix @ sparse.diags_array(items))
        return cls(_directions(normal, factors).astype(np.float32), items.astype(np.float32))

    def scores(self, histories: Histories) -> np.ndarray:
        return (self._scaled(histories) @ self.basis) @ self.basis.T

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        given = self._scaled(histories)
        onto = self.basis @ self.basis[item]
        given.data *= onto[given.indices]
        return given

    def _scaled(self, histories: Histories) -> sparse.csr_matrix:
        given = histories.preferred()
        given.data *= self.scale[given.indices]
        return given

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, basis=self.basis, scale=self.scale)

    @classmethod
    def load(cls, folder: Path) -> Self:
        with np.load(folder / FILE) as arrays:
            return cls(arrays["basis"], arrays["scale"])


def _directions(normal: sparse.csr_matrix, factors: int) -> np.ndarray:
    """The first right singular vectors, shape (items, factors or fewer)."""
    smaller = min(normal.shape)
    if not normal.nnz:
        return np.zeros((normal.shape[1], 1))
    if factors < smaller // 2:
        start = np.random.default_rng(SEED).normal(size=smaller)
        _, values, vectors = linalg.svds(normal, k=factors, v0=start)
    else:  # Lanczos gains nothing where most directions are wanted
        _, values, vectors = np.linalg.svd(normal.toarray(), full_matrices=False)
    best = np.argsort(-values)[:factors]
    return vectors[best[values[best] > SMALLEST * values.max()]].T
