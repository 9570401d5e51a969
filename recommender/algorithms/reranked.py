"""Factors that err differently, blended; and the best of the blend put in a better order by a network.

The network sees of each candidate what every part thinks of it, as a score and as a place, how popular it is, and what
the listener's neighbours say. It is taught by a share of each history that is drawn and held out while the parts are
fitted on the rest; then all parts are fitted on everything.

Items that nobody has are left out of all this: the regularisation of one part and the scale of each go by how many
items there are, and how many of them a data set happens to number says nothing of its listeners.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms.blend import held_out, standardised
from recommender.algorithms.cosine_softmax import CosineSoftmax
from recommender.algorithms.ease import Ease
from recommender.algorithms.implicit_als import ImplicitAls
from recommender.algorithms.listwise import HIDDEN, LEARNING_RATE, STEPS, Listwise
from recommender.algorithms.neighbourhood import Neighbourhood
from recommender.algorithms.scorer import ParamSpace, Scorer
from recommender.histories import Histories

HELD_OUT = 1 / 7
CANDIDATES = 150
# Listeners at a time, each with a dense row of every item for each part.
BLOCK = 256
MATRIX = "heard.npz"
KNOWN = "known.npy"

Fit = Callable[[Histories], Scorer]

PARTS: dict[str, tuple[type[Scorer], Fit, float]] = {
    "ials": (ImplicitAls, lambda of: ImplicitAls.fit(of, factors=128, l2=0.0215, beta=0.25, iterations=16), 0.5),
    "softmax": (CosineSoftmax, lambda of: CosineSoftmax.fit(of, seed=0), 0.25),
    "softmax again": (CosineSoftmax, lambda of: CosineSoftmax.fit(of, seed=1), 0.25),
    "ease": (Ease, lambda of: Ease.fit(of, l2=100.0, kept=of.n_items, most=of.n_items), 0.05),
}


class Reranked(Scorer):
    """`known` is which items somebody had, bool, shape (n_items,); parts and network number these alone."""

    name: ClassVar[str] = "reranked"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "hidden": ParamSpace(4, 128, log=True, integer=True),
        "steps": ParamSpace(50, 500, log=True, integer=True),
        "learning_rate": ParamSpace(0.001, 0.1, log=True),
    }

    def __init__(
        self, parts: Mapping[str, Scorer], around: Neighbourhood, order: Listwise | None, known: np.ndarray
    ) -> None:
        self.parts, self.around, self.order = dict(parts), around, order
        self._known, self._items = known, np.flatnonzero(known)

    @classmethod
    def fit(
        cls, histories: Histories, *, hidden: int = HIDDEN, steps: int = STEPS, learning_rate: float = LEARNING_RATE
    ) -> Self:
        """Raises ValueError where no history is long enough to hold anything of it out, or nothing of it is found."""
        known = np.diff(histories.preferred().tocsc().indptr) > 0
        heard = _among(histories, np.flatnonzero(known))
        given, wanted = held_out(heard, HELD_OUT, in_order=False)
        features, chosen, real = _examples(cls._unordered(given), given, wanted)
        order = Listwise.fit(features, chosen, real, hidden=hidden, steps=steps, learning_rate=learning_rate)
        whole = cls._unordered(heard)
        return cls(whole.parts, whole.around, order, known)

    @classmethod
    def _unordered(cls, heard: Histories) -> Self:
        parts = {name: fit(heard) for name, (_, fit, _) in PARTS.items()}
        return cls(parts, Neighbourhood(heard.preferred()), None, np.ones(heard.n_items, dtype=bool))

    @property
    def known(self) -> np.ndarray:
        return self._known

    def scores(self, histories: Histories) -> np.ndarray:
        """The blend's, but that the best candidates of each listener come before all others in their own order."""
        found = np.zeros((len(histories), histories.n_items), dtype=np.float32)
        found[:, self._items] = self._scores(_among(histories, self._items))
        return found

    def _scores(self, heard: Histories) -> np.ndarray:
        scores, candidates, real, features = self.candidates(heard)
        order = self.order(features)
        rows = np.arange(len(scores))[:, None]
        highest = scores.max(axis=1, keepdims=True, initial=0.0)
        lowest = order.min(axis=1, keepdims=True, initial=0.0)
        scores[rows, candidates] = np.where(real, highest + 1.0 + order - lowest, scores[rows, candidates])
        return scores

    def candidates(self, heard: Histories) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The blend's scores (listeners, items), the CANDIDATES best (listeners, candidates) and their features.

        The third is which of them are real, bool: what a listener has already only fills their row up. `heard` are
        histories over the known items alone.
        """
        of_parts = {name: standardised(part.scores(heard)) for name, part in self.parts.items()}
        blended = sum(np.float32(PARTS[name][2]) * scores for name, scores in of_parts.items())
        rows = heard.preferred()
        open_to = _without(blended, heard)
        candidates = np.argsort(-open_to, axis=1, kind="stable")[:, :CANDIDATES]
        real = np.isfinite(np.take_along_axis(open_to, candidates, axis=1))
        found = [np.take_along_axis(blended, candidates, axis=1)]
        for scores in of_parts.values():
            found.append(np.take_along_axis(scores, candidates, axis=1))
            found.append(_places(_without(scores, heard), candidates))
        found.append(np.broadcast_to(np.log1p(np.arange(candidates.shape[1])), candidates.shape))
        features = np.concatenate([np.stack(found, axis=-1), self.around.features(rows, candidates)], axis=-1)
        return blended.astype(np.float32), candidates, real, features.astype(np.float32)

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        """Those of the parts, by their weights: the network's order comes from no item alone."""
        found = sparse.coo_matrix((len(histories), len(self._items)), dtype=np.float32)
        if self._known[item]:
            heard, place = _among(histories, self._items), int(np.searchsorted(self._items, item))
            shares = [np.float32(PARTS[name][2]) * part.shares(heard, place) for name, part in self.parts.items()]
            found = sparse.coo_matrix(sum(shares))
        places = found.row, self._items[found.col]
        return sparse.csr_matrix((found.data, places), shape=(len(histories), histories.n_items))

    def save(self, folder: Path) -> None:
        self.order.save(folder)
        np.save(folder / KNOWN, self._known)
        sparse.save_npz(folder / MATRIX, self.around.matrix)
        for name, part in self.parts.items():
            (folder / name).mkdir()
            part.save(folder / name)

    @classmethod
    def load(cls, folder: Path) -> Self:
        parts = {name: kind.load(folder / name) for name, (kind, *_) in PARTS.items()}
        around = Neighbourhood(sparse.csr_matrix(sparse.load_npz(folder / MATRIX)))
        return cls(parts, around, Listwise.load(folder), np.load(folder / KNOWN))


def _among(histories: Histories, items: np.ndarray) -> Histories:
    """What the histories have of these items (ascending), which are numbered anew in their order."""
    kept = histories.kept(np.isin(histories.items, items))
    return replace(kept, items=np.searchsorted(items, kept.items), n_items=len(items))


def _without(scores: np.ndarray, histories: Histories) -> np.ndarray:
    """Of what a listener does not have yet."""
    found = scores.copy()
    found[histories.rows, histories.items] = -np.inf
    return found


def _places(scores: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """The logarithm of 1 + how many of its row have a higher score than each candidate, shape of `candidates`."""
    chosen = np.take_along_axis(scores, candidates, axis=1)
    rows = zip(np.sort(scores, axis=1), chosen, strict=True)
    above = [scores.shape[1] - np.searchsorted(row, asked, side="right") for row, asked in rows]
    return np.log1p(np.array(above, dtype=np.float32).reshape(candidates.shape))


def _examples(model: Reranked, given: Histories, wanted: Histories) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, which candidates were chosen and which are real, of all listeners of whom something is held out."""
    found = []
    for first in range(0, len(given), BLOCK):
        end = min(first + BLOCK, len(given))
        _, candidates, real, features = model.candidates(given.part(first, end))
        asked = wanted.part(first, end)
        is_wanted = np.zeros((end - first, given.n_items), dtype=bool)
        is_wanted[asked.rows, asked.items] = True
        there = asked.lengths > 0
        chosen = np.take_along_axis(is_wanted, candidates, axis=1)
        found.append((features[there], chosen[there], real[there]))
    return tuple(np.concatenate(each) for each in zip(*found, strict=True))
