"""What is popular: in the genres that the listener plays or chose in full, in others a little; and chosen artists."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.algorithms.popularity import Popularity
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.sources.base import Kind, Ranked, Source, listed
from recommender.online.taste import Taste

# Tracks of each genre that the listener plays, and of each of the first OTHER_GENRES that they do not.
OWN_DEPTH = 50
OTHER_GENRES = 20
OTHER_DEPTH = 5
# What a popular track of a genre that the listener does not play counts, beside one of a genre they play only.
OTHER_SHARE = 0.1


@dataclass(frozen=True)
class _List:
    ranked: Ranked
    reason: Reason


class Popular(Source):
    kind = Kind.POPULARITY

    def __init__(self, model: Popularity, taste: Taste, catalogue: Catalogue) -> None:
        super().__init__(str(model.name), model.run_id, taste, catalogue)
        self.model = model

    def candidates(self) -> np.ndarray:
        return np.concatenate([np.zeros(0, np.int64), *(each.ranked[0] for each in self._lists)])

    def scores(self, track_ids: np.ndarray) -> np.ndarray:
        """From 0 to 1."""
        return listed(track_ids, [each.ranked for each in self._lists])[0]

    def reasons(self, track_ids: list[int]) -> list[Reason]:
        order = np.argsort(track_ids)
        which = np.empty(len(track_ids), dtype=np.int64)
        which[order] = listed(np.array(track_ids)[order], [each.ranked for each in self._lists])[1]
        return [self._lists[place].reason for place in which]

    @cached_property
    def _lists(self) -> list[_List]:
        own = self.taste.genres
        others = [genre for genre in self.model.genres if genre not in own][:OTHER_GENRES]
        # Of whom nothing is known, nothing is put before the rest.
        depth = OTHER_DEPTH if own else OWN_DEPTH
        genres = [(genre, share, OWN_DEPTH) for genre, share in own.items()]
        genres += [(genre, OTHER_SHARE, depth) for genre in others]
        return [*self._of_artists(), *(each for genre in genres if (each := self._of_genre(*genre)))]

    def _of_artists(self) -> list[_List]:
        return [
            _List(
                (track_ids, np.linspace(1.0, 0.9, len(track_ids))), Reason(self.run_id, Wording.CHOSEN_ARTIST, artist)
            )
            for artist, track_ids in self.taste.chosen.artists.items()
        ]

    def _of_genre(self, genre: int, share: float, depth: int) -> _List | None:
        track_ids, scores = self.model.of_genre(genre, depth)
        if not len(scores) or scores[0] <= 0:
            return None
        wording = Wording.CHOSEN_GENRE if self._was_chosen(genre) else Wording.POPULAR
        return _List((track_ids, share * np.maximum(scores / scores[0], 0.0)), Reason(self.run_id, wording, genre))

    def _was_chosen(self, genre: int) -> bool:
        """And is known for nothing else yet: from the first play of it on, that says more."""
        tops = {self.catalogue.top_genres.get(chosen) for chosen in self.taste.chosen.genres}
        return genre in tops and genre not in self._played_genres

    @cached_property
    def _played_genres(self) -> set[int]:
        places = self.catalogue.places(self.taste.played)
        return set(self.catalogue.genres[places[places >= 0]].tolist())
