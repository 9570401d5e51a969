"""A listener's factors from a few interactions, without Spark: the step that ALS alternates, taken once.

With item factors Y fixed, the implicit-feedback objective of Hu, Koren and Volinsky (2008) has a closed form in one
listener's factors x:

    W = YᵀY + Σ_j (c_j − 1) y_j y_jᵀ + λ n I,    x = W⁻¹ Σ_j c_j p_j y_j

over the tracks j with a weight r_j, where c_j = 1 + α|r_j| is the confidence, p_j = 1 for r_j > 0 and 0 otherwise, and
n counts the tracks with p_j = 1. Taking |r_j|, and scaling λ by n, is how Spark's ALS extends the paper, so a listener
folded in gets the factors that training would have given, had it found the same item factors. It would not quite:
`crowd.py` has how the listener's own preferences would have drawn them. Beyond those, a training would have drawn who
shares their items, and what these share: at second hand, and nearer to the listener as well. No solution for one
listener has that. What a listener said, taken for so much surer that it comes to as much, makes up for most of it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommender.algorithms.crowd import Crowd

# What is said counts so many times more, of a listener whose items know nothing of it but by the crowd. It changes how
# high scores are, and brings their order nearer to a retraining's: on Last.fm's validation part NDCG@20 of listeners
# new to the model is .989 of its by 1, and .995 by this (docs/evaluation.md). 2 has 1.000 there, but is worse than 1.5
# where α is 10.
SECOND_HAND = 1.5
# Listeners whose equations are solved together.
BLOCK = 256


@dataclass(frozen=True)
class FoldedIn:
    """A listener's factors (float32, shape (rank,)) and where they come from.

    `influence` (shape (rank, n)) splits them: column j is W⁻¹ c_j y_j, and the columns add up to the factors, so that
    a score is a sum of one share a preferred track (section 5 of the paper). `evidence` is the weight, without its
    sign, of all interactions that the model knew.
    """

    factors: np.ndarray
    preferred: np.ndarray
    influence: np.ndarray
    evidence: float

    def shares(self, item_factors: np.ndarray) -> np.ndarray:
        """What each preferred track adds to the score of each of n items: shape (n, preferred)."""
        return item_factors @ self.influence


def fold_in(
    gram: np.ndarray,
    factors: np.ndarray,
    track_ids: np.ndarray,
    weights: np.ndarray,
    *,
    alpha: float,
    reg_param: float,
    crowd: Crowd | None = None,
) -> FoldedIn:
    """Fold in the listener of n interactions, given `gram` = YᵀY and the n tracks' `factors` (shape (n, rank)).

    With the `crowd` of the n tracks, as a training would have that had seen this listener too.
    """
    liked = weights > 0
    influence = _influence(gram, factors, weights, alpha, reg_param)
    if crowd is not None and liked.any():
        drawn = factors.copy()
        drawn[liked] = crowd.part(liked).drawn(factors[liked], weights[liked], influence.sum(axis=1), alpha, reg_param)
        gram = gram - factors.T @ factors + drawn.T @ drawn
        influence = _influence(gram, drawn, weights, SECOND_HAND * alpha, reg_param)
    return FoldedIn(
        influence.sum(axis=1).astype(np.float32),
        track_ids[liked],
        influence.astype(np.float32),
        float(np.abs(weights).sum()),
    )


def _influence(
    gram: np.ndarray, factors: np.ndarray, weights: np.ndarray, alpha: float, reg_param: float
) -> np.ndarray:
    """W⁻¹ c_j y_j of each preferred track, shape (rank, preferred)."""
    liked = weights > 0
    extra = alpha * np.abs(weights)
    preferred = factors[liked].T * (1.0 + extra[liked])
    if not liked.any():
        return preferred  # no columns: nothing preferred, nothing to solve
    matrix = gram + (factors.T * extra) @ factors + reg_param * liked.sum() * np.eye(len(gram))
    return np.linalg.solve(matrix, preferred)


def fold_in_all(
    gram: np.ndarray, factors: np.ndarray, weights: sparse.csr_matrix, *, alpha: float, reg_param: float
) -> np.ndarray:
    """The factors of many listeners at once, float32, shape (listeners, rank).

    `weights` has shape (listeners, n) for the `factors` of all n tracks, and the weight of each interaction.
    """
    found = np.zeros((weights.shape[0], len(gram)), dtype=np.float32)
    for first in range(0, len(found), BLOCK):
        block = weights[first : first + BLOCK]
        matrices = np.repeat(gram[None].astype(np.float64), block.shape[0], axis=0)
        targets = np.zeros((block.shape[0], len(gram), 1))
        for row, (start, end) in enumerate(zip(block.indptr, block.indptr[1:], strict=False)):
            own = factors[block.indices[start:end]].astype(np.float64)
            extra = alpha * np.abs(block.data[start:end])
            liked = block.data[start:end] > 0
            # Who preferred nothing has the factors 0 whatever stands here; 1 keeps the matrix regular.
            matrices[row] += (own.T * extra) @ own + reg_param * max(liked.sum(), 1) * np.eye(len(gram))
            targets[row, :, 0] = (1.0 + extra[liked]) @ own[liked]
        found[first : first + BLOCK] = np.linalg.solve(matrices, targets)[:, :, 0]
    return found
