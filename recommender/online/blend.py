"""One score out of what the sources say of each candidate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from recommender.online import adventure
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason
from recommender.online.sources import Kind, Models, Source
from recommender.online.taste import Taste
from recommender.online.weights import begun_with, weights


@dataclass(frozen=True)
class Blended:
    """n tracks (ids ascending, int64), and in `parts` (shape (sources, n)) what each source adds to their scores."""

    track_ids: np.ndarray
    sources: Sequence[Source]
    parts: np.ndarray

    @cached_property
    def scores(self) -> np.ndarray:
        return self.parts.sum(axis=0)

    def reasons(self, places: Sequence[int]) -> list[Reason]:
        """Of the track at each place, in the words of the source that gave it the most."""
        speakers = self.parts[:, places].argmax(axis=0) if len(places) else np.zeros(0, np.int64)
        found: dict[int, Reason] = {}
        for row in np.unique(speakers).tolist():
            own = [place for place, speaker in zip(places, speakers, strict=True) if speaker == row]
            found |= zip(own, self.sources[row].reasons(self.track_ids[own].tolist()), strict=True)
        return [found[place] for place in places]

    def leaning(self, factors: np.ndarray) -> Self:
        """With what speaks for each track multiplied by a factor of its own; what speaks against it stays."""
        return type(self)(self.track_ids, self.sources, np.where(self.parts > 0, self.parts * factors, self.parts))


def blended(
    sources: Sequence[Source], models: Models, taste: Taste, catalogue: Catalogue, *, besides: Iterable[int] = ()
) -> Blended:
    """What the sources would offer, and `besides` these ids, by the weights in use and the listener's slider."""
    lean = np.array([adventure.of_source(source, taste.adventure) for source in sources])
    counts, floors = lean * weights(sources, models.learned), lean * begun_with(sources)
    found = blend(candidates(sources, taste, catalogue, besides), sources, counts, floors)
    return found.leaning(adventure.of_tracks(found.track_ids, taste, catalogue, models.popularity))


def blend(
    track_ids: np.ndarray, sources: Sequence[Source], weights: Sequence[float], floors: Sequence[float]
) -> Blended:
    """Each source's scores times its weight; those of one kind together come to at most their weights together.

    On a track that no source speaking from listeners knows, the others count no less than their `floors`.
    """
    scores = np.array([source.scores(track_ids) for source in sources]).reshape(len(sources), len(track_ids))
    from_listeners = np.array([source.kind is Kind.LISTENERS for source in sources], dtype=bool)
    unheard = ~scores[from_listeners].any(axis=0)
    least = np.multiply.outer(np.where(from_listeners, 0.0, floors), unheard)
    counts = np.maximum(np.reshape(weights, (-1, 1)), least)
    parts = np.zeros(scores.shape)
    for kind in Kind:
        rows = [row for row, source in enumerate(sources) if source.kind is kind]
        total = counts[rows].sum(axis=0)
        # What counts nothing is still what its best is measured by.
        shares = np.divide(counts[rows], total, out=np.full((len(rows), len(track_ids)), 1.0), where=total > 0)
        parts[rows] = total * scaled(shares * scores[rows])
    return Blended(track_ids, sources, parts)


def candidates(
    sources: Sequence[Source], taste: Taste, catalogue: Catalogue, besides: Iterable[int] = ()
) -> np.ndarray:
    """Ids of the tracks that any source would offer, and that may be offered: ascending, int64."""
    found = [np.array([*besides], dtype=np.int64), *(source.candidates() for source in sources)]
    return allowed(np.unique(np.concatenate(found)), taste, catalogue)


def allowed(track_ids: np.ndarray, taste: Taste, catalogue: Catalogue) -> np.ndarray:
    """Those of the tracks that can be played and may be offered now, in their order."""
    return track_ids[catalogue.are_playable(track_ids) & ~np.isin(track_ids, taste.excluded)]


def scaled(parts: np.ndarray) -> np.ndarray:
    """Parts of scores, shape (parts, n), divided by the highest score, where that is above 0.

    None is below -1, so that one dislike cannot drown the rest.
    """
    highest = parts.sum(axis=0).max(initial=0.0)
    return np.clip(parts / highest if highest > 0 else parts, -1.0, None)
