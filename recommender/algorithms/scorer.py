"""The part of an algorithm that is mathematics alone: fitted on histories, it scores every item for any listener.

It knows neither the database nor the service, so that the same code is judged on published data sets and serves.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.histories import MOST, Histories


@dataclass(frozen=True)
class ParamSpace:
    """What a parameter may be: from `low` to `high`, both included; `log` where its size counts by orders."""

    low: float
    high: float
    log: bool = False
    integer: bool = False


class Scorer(ABC):
    """Immutable once fitted, and so safe to use from any thread; the same input and parameters give the same scores."""

    # Named as in reports and on the command line.
    name: ClassVar[str]
    # Those of the parameters of `fit` that are worth varying.
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {}

    @classmethod
    @abstractmethod
    def fit(cls, histories: Histories, **params: float) -> Self:
        """Learn from these; `params` are the algorithm's own, each with a default.

        Raises ValueError for a parameter that cannot be, and FloatingPointError where what was learned is not finite.
        """

    @abstractmethod
    def scores(self, histories: Histories) -> np.ndarray:
        """How much each listener is expected to want each item next: float32, shape (listeners, n_items).

        The listeners need not be those fitted on. Only the order within a row means anything; what a listener has heard
        is scored too, and left out by whoever ranks.
        """

    @abstractmethod
    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        """What each item of a history adds to the listener's score of one item: shape (listeners, n_items).

        Nothing where the score does not come from the history.
        """

    @property
    def known(self) -> np.ndarray | None:
        """Of which items anything was learned: bool, shape (n_items,); others score 0, and change no score.

        None where that is so of all.
        """
        return None

    def shares_of_each(self, history: Histories, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`shares` of one listener in each of several different items: h items of the history, and shape (items, h)."""
        found = sparse.vstack([self.shares(history, int(item)) for item in items], format="csr")
        heard = np.unique(found.indices)
        return heard, found[:, heard].toarray()

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write files of which `load` makes a scorer that gives the same scores."""

    @classmethod
    @abstractmethod
    def load(cls, folder: Path) -> Self:
        """Raises FloatingPointError where what the files hold is not finite."""


def summed(histories: Histories) -> sparse.csr_matrix:
    """Each listener's weights for an item added up, within ±MOST: float32, shape (listeners, n_items); none is 0."""
    # Copied: SciPy sorts and adds up in place.
    arrays = histories.weights.astype(np.float32), histories.items.copy(), histories.offsets.copy()
    found = sparse.csr_matrix(arrays, shape=(len(histories), histories.n_items))
    found.sum_duplicates()
    found.data = found.data.clip(-MOST, MOST)
    found.eliminate_zeros()
    return found
