"""How much of the truth an index finds, and how long it takes."""

import time
from dataclasses import dataclass
from typing import Self

import numpy as np

from recommender.vectors.base import VectorIndex

# Rounding in float32: similarities this close are the same.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Measured:
    """`milliseconds` of processor time a query, shape (n,): how busy the machine is otherwise does not count."""

    recall: float
    milliseconds: np.ndarray

    def percentile(self, percent: float) -> float:
        return float(np.percentile(self.milliseconds, percent))


@dataclass(frozen=True)
class Truth:
    """Queries that are members of an index, and how similar the k-th nearest other member is to each.

    Real libraries hold the same recording twice, so that many neighbours are equally near and which of them come first
    is chance. So what counts is not which ones are found, but how similar: one found is right where it is as similar
    as the true k-th.
    """

    ids: np.ndarray
    queries: np.ndarray
    k: int
    least: np.ndarray

    @classmethod
    def of(cls, oracle: VectorIndex, ids: np.ndarray, queries: np.ndarray, k: int) -> Self:
        """Of queries (n, dimensions) that go by these ids (n,), n > 0; a query's own id is not its neighbour."""
        least = [_others(oracle, id_, query, k)[-1] for id_, query in zip(ids, queries, strict=True)]
        return cls(ids, queries, k, np.array(least))

    def measure(self, index: VectorIndex) -> Measured:
        found, seconds = 0, []
        for id_, query, least in zip(self.ids, self.queries, self.least, strict=True):
            start = time.thread_time()
            similarities = _others(index, id_, query, self.k)
            seconds.append(time.thread_time() - start)
            found += np.count_nonzero(similarities >= least - TOLERANCE)
        # Fewer than k others: then all of them are the truth.
        wanted = len(self.ids) * min(self.k, len(index) - 1)
        return Measured(float(found / wanted), 1_000 * np.array(seconds))


def _others(index: VectorIndex, id_: int, query: np.ndarray, k: int) -> np.ndarray:
    """Similarities of the k nearest to a query besides itself, the highest first."""
    ids, similarities = index.neighbours(query, k + 1)
    return similarities[ids != id_][:k]
