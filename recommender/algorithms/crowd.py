"""What a listener's own preferences would have done to the factors of their items, had the training seen them.

A listener who is folded in meets items as others made them. A training with them would have drawn each item that they
prefer towards them as well: strongly one of few listeners, hardly one of many. That is half of what a new listener
otherwise lacks beside a training anew (docs/evaluation.md has the figures).

An item's factors y solve A y = b, with A = XᵀX + Σ_v (c_v − 1) x_v x_vᵀ + λ n I over its n listeners v of all N. With
one more of the factors x, A gains c x xᵀ + λ I and b gains c x, so that by Sherman and Morrison (1950)

    y' = y° + h c (1 − xᵀy°) / (1 + c xᵀh),    h = (A + λ I)⁻¹ x,    y° = (A + λ I)⁻¹ A y.

Who the n are is not kept of a training. In their place stands what n listeners are on average, α r n / N XᵀX: then A is
diagonal in the directions of XᵀX, and all items of a history take less than a millisecond. By listeners whose plays the
training has seen, it changes nothing that can be measured.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

FILE = "crowd.npz"


@dataclass(frozen=True)
class Crowd:
    """The N listeners of a training: XᵀX of their factors in its own `directions` (rank, rank), `strengths` (rank,).

    `likers` counts who preferred each item, shape (n_items,); `weight` is the mean size r of an interaction's weight.
    """

    strengths: np.ndarray
    directions: np.ndarray
    likers: np.ndarray
    listeners: int
    weight: float

    @classmethod
    def of(cls, listener_factors: np.ndarray, likers: np.ndarray, weight: float) -> Self:
        """`listener_factors` have shape (listeners, rank), and there is one listener at least."""
        factors = listener_factors.astype(np.float64)
        return cls(*np.linalg.eigh(factors.T @ factors), likers.astype(np.int64), len(factors), float(weight))

    def part(self, items: np.ndarray) -> "Crowd":
        """The same listeners, and only these items."""
        return replace(self, likers=self.likers[items])

    def drawn(self, factors: np.ndarray, weights: np.ndarray, x: np.ndarray, alpha: float, reg: float) -> np.ndarray:
        """The items' factors (n, rank) as a listener x (rank,) who prefers them by `weights` (n,) draws them."""
        confidence = 1.0 + alpha * weights
        share = alpha * self.weight * self.likers / self.listeners
        equations = self.strengths * (1.0 + share[:, None]) + reg * (self.likers[:, None] + 1)
        return self.pulled(factors, x, equations, reg, confidence, confidence)

    def pulled(
        self,
        factors: np.ndarray,
        x: np.ndarray,
        equations: np.ndarray,
        reg: float,
        gains: np.ndarray,
        wanted: np.ndarray,
    ) -> np.ndarray:
        """The items' factors (n, rank) when A gains `gains` x xᵀ + λ I and b gains `wanted` x, (n,) each.

        `equations` (n, rank) are what A + λ I comes to in the crowd's own directions.
        """
        before = factors @ self.directions * (1.0 - reg / equations)
        turned = x @ self.directions
        pull = turned / equations
        left = (wanted - gains * (before @ turned)) / (1.0 + gains * (pull @ turned))
        return (before + pull * left[:, None]) @ self.directions.T

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, **vars(self))

    @classmethod
    def load(cls, folder: Path) -> "Crowd | None":
        """None of a model that has none: item factors say enough to recommend by."""
        if not (folder / FILE).exists():
            return None
        with np.load(folder / FILE) as arrays:
            fields = {name: arrays[name] for name in arrays.files}
        return cls(**fields | {name: fields[name].item() for name in ("listeners", "weight")})
