"""What a listener's items and the most similar listeners say of a few candidates: what models with factors smooth away.

Items are alike by the cosine of who has them; listeners by the cosine of what they have, where an item counts the less
the more listeners have it (by √idf on both sides, Spärck Jones 1972).
"""

import numpy as np
from scipy import sparse

# Of how many of the most similar listeners the candidates are counted.
NEAREST = (20, 80)
# Of a listener's items, those most like a candidate.
CLOSEST = 3
# Similarities above are the listener themselves, whom the model was fitted on.
SELF = 1.0 - 1e-6


class Neighbourhood:
    """Of `matrix`, float32 0 and 1, shape (listeners, n_items), that a model was fitted on."""

    def __init__(self, matrix: sparse.csr_matrix) -> None:
        self.matrix = matrix
        self.popularity = np.asarray(matrix.sum(axis=0)).ravel()
        # How popular what a listener has is, and what the listeners of an item have: a measure of the mainstream.
        self._common = np.log1p(self.popularity)
        self._mainstream = matrix.T @ self._level(matrix) / np.maximum(self.popularity, 1)
        self._by_item = sparse.csr_matrix(_unit(sparse.csr_matrix(matrix.T)))
        known = np.maximum(self.popularity, 1)
        self._rarity = np.sqrt(np.maximum(np.log(max(matrix.shape[0], 1) / known), 0.0))
        self._by_listener = _unit(sparse.csr_matrix(matrix @ sparse.diags_array(self._rarity)))

    def features(self, rows: sparse.csr_matrix, candidates: np.ndarray) -> np.ndarray:
        """float32, shape (listeners, candidates, 9), of the listeners of these `rows` of 0 and 1."""
        mainstream = self._mainstream[candidates]
        found = [self._common[candidates], mainstream, mainstream - self._level(rows)[:, None]]
        found += self._likeness(rows, candidates)
        found += self._neighbours(rows, candidates)
        return np.stack(found, axis=-1).astype(np.float32)

    def _level(self, rows: sparse.csr_matrix) -> np.ndarray:
        return (rows @ self._common) / np.maximum(np.diff(rows.indptr), 1)

    def _likeness(self, rows: sparse.csr_matrix, candidates: np.ndarray) -> list[np.ndarray]:
        """Of a candidate's likeness to each of one's items: highest, mean of the CLOSEST, sum, count above 0."""
        found = np.zeros((4, *candidates.shape), dtype=np.float32)
        for row, own in enumerate(np.split(rows.indices, rows.indptr[1:-1])):
            if len(own):
                alike = np.sort((self._by_item[candidates[row]] @ self._by_item[own].T).toarray(), axis=1)
                found[:, row] = (
                    alike[:, -1],
                    alike[:, -CLOSEST:].mean(axis=1),
                    alike.sum(axis=1),
                    (alike > 0).sum(axis=1),
                )
        return list(found)

    def _neighbours(self, rows: sparse.csr_matrix, candidates: np.ndarray) -> list[np.ndarray]:
        """How much of the nearest listeners' similarity is of those who have the candidate, 1 for what most have."""
        weighted = _unit(sparse.csr_matrix(rows @ sparse.diags_array(self._rarity)))
        alike = (weighted @ self._by_listener.T).toarray()
        alike[alike > SELF] = 0.0
        return [np.take_along_axis(self._held(alike, nearest), candidates, axis=1) for nearest in NEAREST]

    def _held(self, alike: np.ndarray, nearest: int) -> np.ndarray:
        if nearest < alike.shape[1]:
            least = -np.partition(-alike, nearest - 1, axis=1)[:, nearest - 1 : nearest]
            alike = np.where(alike >= least, alike, 0.0)
        held = (sparse.csr_matrix(alike) @ self.matrix).toarray()
        return held / np.maximum(held.max(axis=1, keepdims=True, initial=0.0), 1e-9)


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ rows)
