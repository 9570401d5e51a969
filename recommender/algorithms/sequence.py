"""What comes next in a session: which items tend to follow those heard last.

Sequential rules (Kamehkhosh, Jannach and Ludewig, "A comparison of frequent pattern techniques and a deep learning
method for session-based recommendation", RecTemp 2017), in one direction only. A pair counts the less the further apart
its two plays are, and less still where sessions lie between; a play that was skipped counts against following. What
follows everything is divided by a power of its popularity, as in word2vec's negative samples (Mikolov et al., 2013).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms.item_item import FILE, ItemItem, largest
from recommender.algorithms.scorer import ParamSpace
from recommender.histories import Histories

# Plays that every item has besides its own, so that one with few of them does not rank by luck.
PRIOR_PLAYS = 5.0
# Followers kept of each item.
KEPT = 500
# What a pair counts for each session that lies between.
ACROSS = 0.5
# In place of a session, for what is no play: a like says nothing of what was heard before and after.
NO_SESSION = -1
# Distances whose pairs are added up in one go.
CHUNK = 8
META = "sequence.json"


class Sequence(ItemItem):
    name = "sequence"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "window": ParamSpace(1, 100, log=True, integer=True),
        "decay": ParamSpace(1.0, 100.0, log=True),
        "recent": ParamSpace(1, 100, log=True, integer=True),
        "recent_decay": ParamSpace(0.5, 50.0, log=True),
        "damping": ParamSpace(0.0, 1.0),
        "shrinkage": ParamSpace(0.01, 10.0, log=True),
    }

    def __init__(self, weights: sparse.csr_matrix, *, recent: int, recent_decay: float) -> None:
        super().__init__(weights)
        self._recent, self._recent_decay = recent, recent_decay

    @classmethod
    def fit(
        cls,
        histories: Histories,
        *,
        sessions: np.ndarray | None = None,
        window: int = 80,
        decay: float = 30.0,
        recent: int = 40,
        recent_decay: float = 5.0,
        damping: float = 0.75,
        shrinkage: float = 1.5,
    ) -> Self:
        """Pairs up to `window` places apart, decaying over `decay`, from each listener's history as one sequence.

        `sessions` (int64, one a place of `histories.items`) numbers the sessions, ascending within a listener, with -1
        for what is no play. `shrinkage`, in mean row sums, is added to each item's sum: rare items say less. `damping`
        is the power of popularity. Scored from the last `recent` items, over `recent_decay`.
        """
        if window < 1 or recent < 1:
            raise ValueError(f"window and recent have to be 1 or more, not {window} and {recent}")
        if not (decay > 0 and recent_decay > 0 and shrinkage > 0):
            raise ValueError(f"decays and shrinkage have to be above 0, not {decay}, {recent_decay}, {shrinkage}")
        if sessions is not None:
            histories, sessions = histories.kept(sessions != NO_SESSION), sessions[sessions != NO_SESSION]
        counts = followers(histories, sessions, window, decay)
        weights = _normalised(counts, histories, damping, shrinkage)
        return cls(largest(weights, KEPT), recent=recent, recent_decay=recent_decay)

    def inputs(self, histories: Histories) -> sparse.csr_matrix:
        """The last items that were not turned away; the one heard last counts 1."""
        enjoyed = histories.kept(histories.weights > 0)
        ages = enjoyed.offsets[1:][enjoyed.rows] - 1 - np.arange(len(enjoyed.items))
        latest = enjoyed.kept(ages < self._recent)
        amounts = np.exp(-ages[ages < self._recent] / self._recent_decay).astype(np.float32)
        return sparse.csr_matrix((amounts, latest.items, latest.offsets), shape=(len(latest), latest.n_items))

    def save(self, folder: Path) -> None:
        super().save(folder)
        (folder / META).write_text(json.dumps({"recent": self._recent, "recent_decay": self._recent_decay}))

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(sparse.load_npz(folder / FILE), **json.loads((folder / META).read_text()))


def followers(histories: Histories, sessions: np.ndarray | None, window: int, decay: float) -> sparse.csr_matrix:
    """How often the column's item came after the row's, shape (n_items, n_items); nothing below 0."""
    counts = sparse.csr_matrix((histories.n_items,) * 2, dtype=np.float32)
    furthest = min(window, int(histories.lengths.max(initial=0)) - 1)
    for first in range(1, furthest + 1, CHUNK):
        pairs = [_pairs(histories, sessions, apart, decay) for apart in range(first, min(first + CHUNK, furthest + 1))]
        amounts, befores, afters = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
        counts = counts + sparse.csr_matrix((amounts, (befores, afters)), shape=counts.shape)
    # Of sums, not of each play: one skip of an item that usually follows only makes it follow less.
    counts.data = np.maximum(counts.data, 0.0)
    counts.eliminate_zeros()
    return counts


def _pairs(
    histories: Histories, sessions: np.ndarray | None, apart: int, decay: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What each pair of plays so many places apart counts (float32), and their items, the earlier one's first."""
    rows, items, weights = histories.rows, histories.items, histories.weights
    real = (rows[:-apart] == rows[apart:]) & (weights[:-apart] > 0) & (items[:-apart] != items[apart:])
    amounts = np.exp(-(apart - 1) / decay) * weights[apart:][real]
    if sessions is not None:
        amounts = amounts * ACROSS ** (sessions[apart:] - sessions[:-apart])[real]
    return amounts.astype(np.float32), items[:-apart][real], items[apart:][real]


def _normalised(counts: sparse.csr_matrix, histories: Histories, damping: float, shrinkage: float) -> sparse.csr_matrix:
    sums = np.asarray(counts.sum(axis=1)).ravel()
    usual = sums[sums > 0].mean() if counts.nnz else 1.0
    plays = np.bincount(histories.items, minlength=histories.n_items)
    rows = sparse.diags_array(1.0 / (sums + shrinkage * usual))
    columns = sparse.diags_array((plays + PRIOR_PLAYS) ** -damping)
    return sparse.csr_matrix(rows @ counts @ columns, dtype=np.float32)
