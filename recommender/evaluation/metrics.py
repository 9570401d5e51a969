"""How good a ranking is for each listener, and what the rankings of all are like together.

Definitions as in Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (TOIS 2002) for NDCG with
relevance 0 or 1, and Vargas and Castells, "Rank and relevance in novelty and diversity metrics" (RecSys 2011) for
novelty and the distance within a list. Popularity bias is the lift of Abdollahpouri et al., "The unfairness of
popularity bias in recommendation" (2019).
"""

import numpy as np
from scipy import sparse

from recommender.evaluation.ranking import NOTHING
from recommender.histories import Histories

ACCURACY = ("recall", "precision", "ndcg", "map", "mrr", "hit_rate")


def accuracy(ranked: np.ndarray, truth: Histories, k: int) -> dict[str, np.ndarray]:
    """Each of ACCURACY at k for every listener, float64, shape (listeners,); NaN for one without a held-out item.

    `ranked` has shape (listeners, k or more). Recall divides by all of a listener's held-out items; the ideal of NDCG
    and of average precision has as many as fit into k.
    """
    held_out = truth.seen()
    wanted = np.diff(held_out.indptr)
    hits = _hits(ranked[:, :k], held_out)
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])
    places = np.arange(1, k + 1)
    possible = np.minimum(wanted, k)
    found = hits.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "recall": found / wanted,
            "precision": np.where(wanted > 0, found / k, np.nan),
            "ndcg": (hits @ discounts) / ideal[possible],
            "map": (hits * np.cumsum(hits, axis=1) / places).sum(axis=1) / possible,
            "mrr": np.where(wanted > 0, (hits / places).max(axis=1), np.nan),
            "hit_rate": np.where(wanted > 0, (found > 0).astype(float), np.nan),
        }


def beyond_accuracy(ranked: np.ndarray, train: Histories, k: int) -> dict[str, float]:
    """Of the rankings of all listeners together:

    - coverage: the share of the items of `train` that anybody is offered;
    - novelty: the mean of −log2 of the share of listeners who know an item, in bits;
    - diversity: the mean distance (1 − cosine, by who knows them) of the items of a list from each other;
    - popularity_bias: how many times as popular the offered items are as those of the listeners' own histories, less 1.
    """
    known_by = train.seen()
    popularity = np.asarray(known_by.sum(axis=0)).ravel()
    offered = ranked[:, :k]
    real = offered != NOTHING
    items = offered[real]
    own = popularity[known_by.indices].mean() if known_by.nnz else np.nan
    return {
        "coverage": len(np.unique(items[popularity[items] > 0])) / max(int((popularity > 0).sum()), 1),
        "novelty": float(-np.log2(np.maximum(popularity[items], 1) / max(len(train), 1)).mean()) if len(items) else 0.0,
        "diversity": _diversity(offered, real, known_by),
        "popularity_bias": float(popularity[items].mean() / own - 1.0) if len(items) else 0.0,
    }


def _hits(ranked: np.ndarray, held_out: sparse.csr_matrix) -> np.ndarray:
    """1 where a ranked item is held out for its listener, float64, the shape of `ranked`."""
    width = held_out.shape[1] + 1
    keys = np.repeat(np.arange(held_out.shape[0]), np.diff(held_out.indptr)) * width + held_out.indices
    found = np.isin(np.arange(len(ranked))[:, None] * width + ranked, keys)
    return (found & (ranked != NOTHING)).astype(np.float64)


def _diversity(offered: np.ndarray, real: np.ndarray, known_by: sparse.csr_matrix) -> float:
    lengths = np.sqrt(np.asarray(known_by.multiply(known_by).sum(axis=0)).ravel())
    unit = (known_by @ sparse.diags_array(1.0 / np.maximum(lengths, 1.0))).T.tocsr()
    total, lists = 0.0, 0
    for first in range(0, len(offered), 1_024):
        items, there = offered[first : first + 1_024], real[first : first + 1_024]
        sums = sparse.csr_matrix(
            (np.ones(there.sum()), items[there], np.concatenate([[0], np.cumsum(there.sum(axis=1))])),
            shape=(len(items), unit.shape[0]),
        )
        together = sums @ unit
        squares = np.asarray(together.multiply(together).sum(axis=1)).ravel()
        # An item that nobody knows has no direction, and is as far from all others as can be.
        alone = np.asarray(sums @ (lengths > 0).astype(float)[:, None]).ravel()
        count = there.sum(axis=1)
        pairs = count * (count - 1)
        several = pairs > 0
        total += float((1.0 - (squares - alone)[several] / pairs[several]).sum())
        lists += int(several.sum())
    return total / lists if lists else 0.0
