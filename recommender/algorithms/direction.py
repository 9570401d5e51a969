"""Which of two items comes first: the log-odds that an item follows the one heard last, rather than precedes it.

It says nothing of whether two items go together at all, and so is of use in a blend only.
"""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.scorer import ParamSpace
from recommender.algorithms.sequence import followers
from recommender.histories import Histories


class Direction(ItemItem):
    name = "direction"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "window": ParamSpace(1, 100, log=True, integer=True),
        "decay": ParamSpace(1.0, 100.0, log=True),
        "prior": ParamSpace(0.01, 10.0, log=True),
    }

    @classmethod
    def fit(cls, histories: Histories, *, window: int = 20, decay: float = 8.0, prior: float = 0.3) -> Self:
        """log((after + prior) / (before + prior)) of pairs up to `window` places apart, decaying over `decay`."""
        if window < 1 or not (decay > 0 and prior > 0):
            raise ValueError(f"window has to be 1 or more, decay and prior above 0, not {window}, {decay}, {prior}")
        after = followers(histories, None, window, decay)
        odds = [counts.copy() for counts in (after, after.T.tocsr())]
        for counts in odds:
            counts.data = np.log1p(counts.data / prior)
        return cls(sparse.csr_matrix(odds[0] - odds[1], dtype=np.float32))

    def inputs(self, histories: Histories) -> sparse.csr_matrix:
        """The item heard last that was not turned away."""
        enjoyed = histories.kept(histories.weights > 0)
        places = np.arange(len(enjoyed.items))
        last = enjoyed.kept(places == enjoyed.offsets[1:][enjoyed.rows] - 1)
        return sparse.csr_matrix(
            (np.ones(len(last.items), np.float32), last.items, last.offsets), shape=(len(last), last.n_items)
        )
