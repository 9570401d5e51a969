"""What most listeners stay for, genre by genre: the recommendation for whom nothing is known of.

A track's score is UNHEARD plus the number of listeners who prefer it less the number who turned it away, plus up to
PRIOR for what the Free Music Archive counted before, on a logarithmic scale: a catalogue without plays is ranked by the
prior alone.
Tracks without audio here are left out.
"""

import numpy as np
from django.db.models import Max

from recommender import artefacts
from recommender.algorithms.base import Algorithm, NothingToTrainOn
from recommender.interactions import Interactions
from recommender.models import ModelRun
from streaming.models import Track

# Listeners whose word the most listened-to track of the archive is worth.
PRIOR = 5.0
# What a track is worth that nobody has heard yet: more than one that was turned away. Without it a new catalogue, of
# which nothing is known, could offer nothing to its first listener.
UNHEARD = 0.1
# Tracks kept a genre.
DEPTH = 500
# The place of tracks without a top genre.
NO_GENRE = 0

FILE = "popularity.npz"


class Popularity(Algorithm):
    """Tracks of each genre, the best first. `genres` holds genre ids, the one with the highest scores first."""

    name = ModelRun.Algorithm.POPULARITY

    def __init__(
        self, published: artefacts.Published, genres: np.ndarray, track_ids: np.ndarray, scores: np.ndarray
    ) -> None:
        super().__init__(published)
        starts = np.flatnonzero(np.diff(genres, prepend=-1))
        self._genres = {
            int(genres[start]): (track_ids[start:end], scores[start:end])
            for start, end in zip(starts, [*starts[1:], len(genres)], strict=True)
        }
        self.genres = sorted(self._genres, key=lambda genre: (-self._genres[genre][1].sum(), genre))

    @classmethod
    def train(cls, interactions: Interactions) -> ModelRun:
        """Rank the playable tracks, and publish; raises NothingToTrainOn where there are none."""
        track_ids, genres, listens = _playable()
        if not len(track_ids):
            raise NothingToTrainOn("no track has audio here: import some first")
        with artefacts.training(cls.name, {"prior": PRIOR, "depth": DEPTH}) as (run, folder):
            run.data = {"plays": interactions.plays} | catalogue_size()
            before = PRIOR * np.log1p(listens) / np.log1p(max(listens.max(), 1))
            scores = UNHEARD + before + _own(interactions, track_ids)
            ranked = np.lexsort((track_ids, -scores, genres))
            ranked = ranked[_ranks(genres[ranked]) < DEPTH]
            np.savez(
                folder / FILE,
                genres=genres[ranked],
                track_ids=track_ids[ranked],
                scores=scores[ranked].astype(np.float32),
            )
            run.metrics = {"genres": len(np.unique(genres)), "ranked": len(ranked)}
        return run

    @classmethod
    def load(cls, published: artefacts.Published) -> "Popularity":
        with np.load(published.folder / FILE) as arrays:
            return cls(published, **arrays)

    def of_genre(self, genre_id: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and scores of the k best tracks of a genre; none for a genre that is not known."""
        track_ids, scores = self._genres.get(genre_id, (np.zeros(0, np.int64), np.zeros(0, np.float32)))
        return track_ids[:k], scores[:k]


def popularity() -> Popularity | None:
    return Popularity.current()


def catalogue_size() -> dict[str, int]:
    """What an import changes: how many tracks can be played, and the newest one's id."""
    playable = Track.objects.playable()
    return {"playable": playable.count(), "newest": playable.aggregate(newest=Max("pk"))["newest"] or 0}


def _playable() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids (ascending), top genres and FMA's listens of all playable tracks, shape (n,) each."""
    rows = Track.objects.playable().order_by("pk").values_list("pk", "genre_top_id", "listens")
    triples = [(pk, genre or NO_GENRE, listens) for pk, genre, listens in rows.iterator(chunk_size=20_000)]
    return tuple(np.array(triples, dtype=np.int64).reshape(-1, 3).T)


def _own(interactions: Interactions, track_ids: np.ndarray) -> np.ndarray:
    """Listeners who prefer each track less those who turned it away, shape (n,)."""
    balance = np.bincount(
        interactions.columns, weights=np.sign(interactions.weights), minlength=len(interactions.track_ids)
    )
    by_track = dict(zip(interactions.track_ids.tolist(), balance.tolist(), strict=True))
    return np.array([by_track.get(track_id, 0.0) for track_id in track_ids.tolist()])


def _ranks(genres: np.ndarray) -> np.ndarray:
    """The place of each within its genre, from 0, where the genres come one after another."""
    starts = np.flatnonzero(np.diff(genres, prepend=-1))
    return np.arange(len(genres)) - np.repeat(starts, np.diff([*starts, len(genres)]))
