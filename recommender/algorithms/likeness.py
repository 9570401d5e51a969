"""What is like what a listener enjoyed last, by the tracks themselves: the service's neighbours by sound, as a scorer.

A track scores by its cosine to the nearest of the latest tracks enjoyed, where an earlier one counts less, less that to
the nearest of the latest ones turned away. That is how `recommender/online/sources/likeness.py` ranks for one listener;
here all tracks compete, so that it can be judged beside the models that learn from plays.

Plays teach it nothing: it is given the tracks' vectors, which a model in use made of their features. A track without
any is never a seed, and comes after all that have them.
"""

import json
from pathlib import Path
from typing import Self

import numpy as np
from scipy import sparse

from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories
from recommender.interactions import PARTIAL

VECTORS, META = "vectors.npy", "meta.json"
# As the service ranks: how many of the tracks last enjoyed and last turned away, and what the next earlier one counts.
SEEDS, TURNED_AWAY, DECAY = 4, 3, 0.85
# What the least alike of the tracks with vectors has over those without.
LEAST = 0.01
NOTHING = -1


class Likeness(Scorer):
    """`vectors` (float32, shape (n_items, dimensions)) have length 1; they are NaN for items without features."""

    def __init__(self, vectors: np.ndarray, *, seeds: int, turned_away: int, decay: float) -> None:
        self.params = {"seeds": seeds, "turned_away": turned_away, "decay": decay}
        self._known = ~np.isnan(vectors).any(axis=1)
        if not np.isfinite(vectors[self._known]).all():
            raise FloatingPointError(f"{self.name} has vectors that are not finite")
        self._vectors = np.where(self._known[:, None], vectors, np.float32(0)).astype(np.float32)

    @classmethod
    def fit(
        cls,
        histories: Histories,
        *,
        vectors: np.ndarray | None = None,
        seeds: int = SEEDS,
        turned_away: int = TURNED_AWAY,
        decay: float = DECAY,
    ) -> Self:
        """Raises ValueError without vectors, one an item: files of plays have none."""
        if vectors is None:
            raise ValueError(f"{cls.name} needs the features of tracks, which only the service's own tracks have")
        if len(vectors) != histories.n_items:
            raise ValueError(f"{cls.name} needs a vector an item: {histories.n_items}, not {len(vectors)}")
        if seeds < 1 or turned_away < 0 or not 0 < decay <= 1:
            raise ValueError(
                f"seeds have to be 1 or more, turned_away 0 or more, decay above 0 and up to 1, "
                f"not {seeds}, {turned_away} and {decay}"
            )
        return cls(vectors, seeds=seeds, turned_away=turned_away, decay=decay)

    def scores(self, histories: Histories) -> np.ndarray:
        liked, disliked = self._seeds(histories), self._turned_away(histories)
        found = self._nearest(liked, self.params["decay"]) - self._nearest(disliked, 1.0)
        if self._known.any():
            found -= found[:, self._known].min(axis=1, keepdims=True) - np.float32(LEAST)
        found[:, ~self._known] = 0.0
        # Of whom nothing is known, nothing is said of any track.
        found[(liked == NOTHING).all(axis=1) & (disliked == NOTHING).all(axis=1)] = 0.0
        return found

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        """The cosine to the nearest seed is that seed's, and that to the nearest track turned away counts against it.

        They add up to the score but for a constant of each listener.
        """
        found = sparse.lil_matrix((len(histories), histories.n_items), dtype=np.float32)
        seeds, turned_away = self._seeds(histories), self._turned_away(histories)
        for places, decay, sign in ((seeds, self.params["decay"], 1.0), (turned_away, 1.0, -1.0)):
            for row, own in enumerate(places):
                own = own[own != NOTHING]
                cosines = decay ** np.arange(len(own)) * (self._vectors[own] @ self._vectors[item])
                if cosines.max(initial=0.0) > 0:
                    found[row, own[cosines.argmax()]] += sign * cosines.max()
        return sparse.csr_matrix(found)

    @property
    def known(self) -> np.ndarray:
        return self._known

    def save(self, folder: Path) -> None:
        np.save(folder / VECTORS, np.where(self._known[:, None], self._vectors, np.float32(np.nan)))
        (folder / META).write_text(json.dumps(self.params))

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(np.load(folder / VECTORS), **json.loads((folder / META).read_text()))

    def _seeds(self, histories: Histories) -> np.ndarray:
        """The items last enjoyed, whole or in so many words: the latest first, shape (listeners, seeds)."""
        return self._latest(histories, histories.weights > PARTIAL, self.params["seeds"])

    def _turned_away(self, histories: Histories) -> np.ndarray:
        """The items whose last word was a skip or a ban, as `_seeds`."""
        last = np.zeros(len(histories.items), dtype=bool)
        pairs = histories.rows * histories.n_items + histories.items
        last[len(pairs) - 1 - np.unique(pairs[::-1], return_index=True)[1]] = True
        return self._latest(histories, last & (histories.weights < 0), self.params["turned_away"])

    def _latest(self, histories: Histories, wanted: np.ndarray, count: int) -> np.ndarray:
        """Up to `count` different items with vectors of each listener, the latest first, then NOTHING."""
        found = np.full((len(histories), count), NOTHING, dtype=np.int64)
        kept = histories.kept(wanted & self._known[histories.items])
        # Of nobody's histories, `lists` has one that is empty.
        for own, items in zip(found, kept.lists(), strict=False):
            latest = list(dict.fromkeys(items[::-1].tolist()))[:count]
            own[: len(latest)] = latest
        return found

    def _nearest(self, places: np.ndarray, decay: float) -> np.ndarray:
        """The highest cosine of each item to one's items at `places`, the i-th one's times decay ** i.

        float32, shape (listeners, n_items); 0 where none is above, and for a listener without any.
        """
        found = np.zeros((len(places), len(self._vectors)), dtype=np.float32)
        for place in range(places.shape[1]):
            there = places[:, place] != NOTHING
            cosines = self._vectors[places[there, place]] @ self._vectors.T
            found[there] = np.maximum(found[there], np.float32(decay**place) * cosines)
        return found


class SoundLikeness(Likeness):
    """By FMA's features of sound, in their principal components."""

    name = "content"


class LatentLikeness(Likeness):
    """By the same features in the latent space of an autoencoder."""

    name = "autoencoder"


class CharacterLikeness(Likeness):
    """By the features of Echo Nest and Spotify."""

    name = "character"


BY_FEATURES: dict[str, type[Likeness]] = {one.name: one for one in (SoundLikeness, LatentLikeness, CharacterLikeness)}
