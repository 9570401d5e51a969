"""Which row of an array is whose: by a table where the ids are dense, as a database counts them, else by search."""

import numpy as np

# Places of the table for each id, at most; the Free Music Archive's ids take 1.5.
SPARSEST = 8
NO_ROW = -1


class Rows:
    """Of n `ids` (int64, ascending)."""

    def __init__(self, ids: np.ndarray) -> None:
        self.ids = ids
        self._table: np.ndarray | None = None
        if len(ids) and ids[0] >= 0 and ids[-1] < SPARSEST * len(ids):
            # One more, which every id above the highest finds, and by its number of -1 every one below 0.
            self._table = np.full(int(ids[-1]) + 2, NO_ROW)
            self._table[ids] = np.arange(len(ids))

    def of(self, ids: np.ndarray) -> np.ndarray:
        """The row of each id, int64 of shape (len(ids),); NO_ROW for one that there is none of."""
        if not len(self.ids):
            return np.full(len(ids), NO_ROW)
        if self._table is not None:
            return self._table[np.maximum(np.minimum(ids, len(self._table) - 1), -1)]
        found = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[found] == ids, found, NO_ROW)
