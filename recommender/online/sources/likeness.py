"""What the music itself says: tracks near to those enjoyed last, and far from those turned away."""

from functools import cached_property

import numpy as np

from recommender.algorithms.content import Character, Content
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.sources.base import Kind, Ranked, Source, listed
from recommender.online.taste import Taste

# Neighbours of each seed.
NEIGHBOURS = 60
# What a neighbour of a seed counts beside one of the next later seed.
SEED_DECAY = 0.85


class Likeness(Source):
    """By whichever features the model has."""

    kind = Kind.SOUND
    wording = Wording.SOUND

    def __init__(self, model: Content, taste: Taste, catalogue: Catalogue) -> None:
        super().__init__(str(model.name), model.run_id, taste, catalogue)
        self.model = model

    @cached_property
    def neighbours(self) -> list[Ranked]:
        """Of each seed, then of each track turned away."""
        tracks = [*self.taste.seeds, *self.taste.turned_away]
        found = self.model.similar_to_each(tracks, NEIGHBOURS)
        # A chosen artist's own track is as welcome as what is like it.
        unheard = self.taste.chosen.artist_of.keys() - self.taste.history.played
        return [
            (np.append(ids, track_id), np.append(values, 1.0)) if track_id in unheard and len(ids) else (ids, values)
            for track_id, (ids, values) in zip(tracks, found, strict=True)
        ]

    def candidates(self) -> np.ndarray:
        return np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in self._of_seeds)])

    def scores(self, track_ids: np.ndarray) -> np.ndarray:
        """The cosine to the nearest seed less that to the nearest track turned away."""
        return listed(track_ids, self._of_seeds, SEED_DECAY)[0] - self._unlike(track_ids)

    def reasons(self, track_ids: list[int]) -> list[Reason]:
        order = np.argsort(track_ids)
        which = np.empty(len(track_ids), dtype=np.int64)
        which[order] = listed(np.array(track_ids)[order], self._of_seeds, SEED_DECAY)[1]
        return [
            self.alike_reason(track_id, self.taste.seeds[place])
            for track_id, place in zip(track_ids, which, strict=True)
        ]

    def alike(self, track_id: int) -> Ranked:
        ids, values = self._neighbours_of(track_id)
        order = np.argsort(ids)
        ids, values = ids[order], values[order] - self._unlike(ids[order])
        return ids[values > 0], values[values > 0]

    def alike_reason(self, track_id: int, other_id: int) -> Reason:
        artist = self.taste.chosen.artist_of.get(other_id)
        if artist is not None and other_id not in self.taste.history.played:
            return Reason(self.run_id, Wording.CHOSEN_ARTIST, artist)
        return Reason(self.run_id, self.wording, other_id, self._in_common(track_id, other_id))

    def _neighbours_of(self, track_id: int) -> Ranked:
        if track_id in self.taste.seeds:
            return self._of_seeds[self.taste.seeds.index(track_id)]
        return self.model.similar(track_id, NEIGHBOURS)

    def _unlike(self, track_ids: np.ndarray) -> np.ndarray:
        return listed(track_ids, self.neighbours[len(self.taste.seeds) :])[0]

    @property
    def _of_seeds(self) -> list[Ranked]:
        return self.neighbours[: len(self.taste.seeds)]

    def _in_common(self, track_id: int, other_id: int) -> tuple[str, ...]:
        return ()


class CharacterLikeness(Likeness):
    """By what Echo Nest or Spotify heard, whose features have names."""

    kind = Kind.CHARACTER
    wording = Wording.CHARACTER
    model: Character

    def _in_common(self, track_id: int, other_id: int) -> tuple[str, ...]:
        return tuple(self.model.in_common(track_id, other_id))
