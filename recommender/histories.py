"""What listeners heard, in order of time, with items numbered from 0: what every model is fitted on and scores from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

# The weights of one listener for one item add up to no more, up or down: a track on repeat is not all of a taste.
MOST = 5.0


@dataclass(frozen=True)
class Histories:
    """n listeners' items, one listener after another and each one's the oldest first.

    Listener u's are `items[offsets[u]:offsets[u + 1]]` (int64, below `n_items`), with `weights` (float32) of the same
    length: above 0 for what was preferred, the more the surer; below 0 for what was turned away.
    """

    items: np.ndarray
    offsets: np.ndarray
    weights: np.ndarray
    n_items: int

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]], n_items: int) -> Self:
        """Each listener's items, all of weight 1. Raises ValueError for an item that is not from 0 to below n_items."""
        items = np.concatenate([np.zeros(0, np.int64), *(np.asarray(one, np.int64) for one in lists)])
        if len(items) and not 0 <= items.min() <= items.max() < n_items:
            raise ValueError(f"items go from 0 to {n_items - 1}, not from {items.min()} to {items.max()}")
        offsets = np.concatenate([[0], np.cumsum([len(one) for one in lists], dtype=np.int64)])
        return cls(items, offsets, np.ones(len(items), np.float32), n_items)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """How many items each listener has, repeats counted, shape (n,)."""
        return np.diff(self.offsets)

    @property
    def rows(self) -> np.ndarray:
        """The listener of each item."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def part(self, first: int, end: int) -> "Histories":
        """The listeners from `first` to before `end`."""
        offsets = self.offsets[first : end + 1]
        inside = slice(offsets[0], offsets[-1])
        return Histories(self.items[inside], offsets - offsets[0], self.weights[inside], self.n_items)

    def kept(self, mask: np.ndarray) -> "Histories":
        """The same listeners with those of their items for which `mask` (one a place of `items`) is true."""
        counts = np.bincount(self.rows[mask], minlength=len(self))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        return Histories(self.items[mask], offsets, self.weights[mask], self.n_items)

    def lists(self) -> list[np.ndarray]:
        return np.split(self.items, self.offsets[1:-1])

    def seen(self) -> sparse.csr_matrix:
        """Shape (n, n_items), float32: 1 where a listener has the item at all."""
        found = self._matrix(np.ones(len(self.items), np.float32))
        found.data[:] = 1.0
        return found

    def preferred(self) -> sparse.csr_matrix:
        """As `seen`, of the items whose weights come to more than 0."""
        summed = self._matrix(self.weights.astype(np.float32))
        summed.data = (summed.data > 0).astype(np.float32)
        summed.eliminate_zeros()
        return summed

    def _matrix(self, values: np.ndarray) -> sparse.csr_matrix:
        """Values of the same pair added up; the values, an array of the caller's own, are used up."""
        # Copied, as SciPy sorts and adds up in place.
        arrays = values, self.items.copy(), self.offsets.copy()
        found = sparse.csr_matrix(arrays, shape=(len(self), self.n_items))
        found.sum_duplicates()
        return found


def joined(first: Histories, second: Histories) -> Histories:
    """The same listeners with the second's items after the first's; raises ValueError where they are not as many."""
    if len(first) != len(second):
        raise ValueError(f"histories of {len(first)} and of {len(second)} listeners do not go together")
    order = np.argsort(np.concatenate([first.rows, second.rows]), kind="stable")
    return Histories(
        np.concatenate([first.items, second.items])[order],
        first.offsets + second.offsets,
        np.concatenate([first.weights, second.weights])[order],
        max(first.n_items, second.n_items),
    )
