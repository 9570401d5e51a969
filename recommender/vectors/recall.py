"""How much of the truth an approximate index finds."""

import numpy as np

from recommender.vectors.base import VectorIndex


def recall(index: VectorIndex, oracle: VectorIndex, queries: np.ndarray, k: int) -> float:
    """The share of the oracle's k nearest that the index finds too, over queries of shape (n, dimensions), n > 0."""
    found = wanted = 0
    for query in queries:
        truth = oracle.neighbours(query, k)[0]
        found += len(np.intersect1d(truth, index.neighbours(query, k)[0]))
        wanted += len(truth)
    return found / wanted
