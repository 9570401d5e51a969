"""Candidate generation: the few hundred tracks worth a closer look, with what each model says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.algorithms.als import Als
from recommender.algorithms.content import Content
from recommender.algorithms.popularity import Popularity
from recommender.online.catalogue import Catalogue
from recommender.online.taste import Taste

# Candidates by collaborative filtering, besides as many as the listener has played (but MOST_PLAYED): the shelf of
# what is new to them needs some that they have not.
BY_PREFERENCE = 300
MOST_PLAYED = 2_000
# Neighbours of each seed.
BY_SOUND = 60
# Popular tracks of each genre that the listener plays, and of each of the first OTHER_GENRES that they do not.
BY_POPULARITY = 50
OTHER_GENRES = 20
BY_OTHER_POPULARITY = 5
# What a popular track of a genre that the listener does not play counts, beside one of a genre they play only.
OTHER_SHARE = 0.1
# What a neighbour of a seed counts beside one of the next later seed.
SEED_DECAY = 0.85


@dataclass(frozen=True)
class Models:
    """The models in use; None for one that was not published yet."""

    als: Als | None
    content: Content | None
    popularity: Popularity | None


@dataclass(frozen=True)
class Candidates:
    """n tracks (ids ascending, int64) that may be offered, and what speaks for each, shape (n,) all.

    `preference` is the score by the folded-in factors. `sound` is the cosine to the nearest seed, which `seed` names
    (-1 for none), less that to the nearest track turned away. `popularity` is from 0 to 1.
    `alike` holds the neighbours of each seed, whether they may be offered or not, and their cosines.
    """

    track_ids: np.ndarray
    preference: np.ndarray
    sound: np.ndarray
    seed: np.ndarray
    popularity: np.ndarray
    alike: list[tuple[np.ndarray, np.ndarray]]


def gather(taste: Taste, models: Models, catalogue: Catalogue) -> Candidates:
    """Candidates from every model that there is."""
    preferences = _preferences(taste, models.als)
    preferred = BY_PREFERENCE + min(len(taste.history.played), MOST_PLAYED)
    alike = [_similar(models.content, seed) for seed in taste.seeds]
    unlike = [_similar(models.content, track_id) for track_id in taste.turned_away]
    popular = list(_popular(taste, models.popularity))
    found = [best_of(models.als, preferences, preferred, taste, catalogue), *(ids for ids, _ in (*alike, *popular))]
    track_ids = allowed(np.unique(np.concatenate(found)), taste, catalogue)
    closeness, nearest = listed(track_ids, alike, SEED_DECAY)
    return Candidates(
        track_ids,
        scores_of(models.als, preferences, track_ids),
        closeness - listed(track_ids, unlike)[0],
        np.array([*taste.seeds, -1], dtype=np.int64)[nearest],
        listed(track_ids, popular)[0],
        alike,
    )


def allowed(track_ids: np.ndarray, taste: Taste, catalogue: Catalogue) -> np.ndarray:
    """Those of the tracks that can be played and may be offered now, in their order."""
    return track_ids[catalogue.are_playable(track_ids) & ~np.isin(track_ids, taste.excluded)]


def best_of(als: Als | None, scores: np.ndarray | None, k: int, taste: Taste, catalogue: Catalogue) -> np.ndarray:
    """Ids of ALS's k tracks with the highest of these scores (one a track of the model) that may be offered."""
    if scores is None:
        return np.zeros(0, dtype=np.int64)
    offered = catalogue.playable_of_run(als.run_id, als.track_ids).copy()
    excluded = als.places(taste.excluded)
    offered[excluded[excluded >= 0]] = False
    scores = np.where(offered, scores, -np.inf)
    best = np.argpartition(scores, -k)[-k:] if k < len(scores) else np.arange(len(scores))
    return als.track_ids[best[offered[best]]]


def scores_of(als: Als | None, scores: np.ndarray | None, track_ids: np.ndarray) -> np.ndarray:
    """The tracks' own of ALS's scores, 0 for those that it does not know, shape (n,)."""
    if scores is None:
        return np.zeros(len(track_ids))
    places = als.places(track_ids)
    return np.where(places >= 0, scores[places], 0.0)


def listed(
    track_ids: np.ndarray, lists: Sequence[tuple[np.ndarray, np.ndarray]], decay: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """For each track the highest value in any list, the i-th list's times decay ** i, and which list that was.

    0 and -1 for a track that is in no list, or in none above 0.
    """
    highest, which = np.zeros(len(track_ids)), np.full(len(track_ids), -1)
    if not len(track_ids):
        return highest, which
    for place, (ids, values) in enumerate(lists):
        ours = np.searchsorted(track_ids, ids).clip(max=len(track_ids) - 1)
        known = track_ids[ours] == ids
        ours, values = ours[known], values[known] * decay**place
        better = values > highest[ours]
        highest[ours[better]] = values[better]
        which[ours[better]] = place
    return highest, which


def _preferences(taste: Taste, als: Als | None) -> np.ndarray | None:
    """ALS's score of each of its tracks; None where it knows none of what the listener preferred."""
    if als is None or not len(taste.folded.preferred):
        return None
    return als.scores(taste.folded)


def _similar(content: Content | None, track_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids of the tracks that sound most like one, and their cosines."""
    if content is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    return content.similar(track_id, BY_SOUND)


def _popular(taste: Taste, popularity: Popularity | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Track ids and scores from 0 to 1 of each genre: the listener's own genres in full, others a little."""
    if popularity is None:
        return
    others = [genre for genre in popularity.genres if genre not in taste.genres][:OTHER_GENRES]
    own = [(genre, share, BY_POPULARITY) for genre, share in taste.genres.items()]
    for genre, share, k in own + [(genre, OTHER_SHARE, BY_OTHER_POPULARITY) for genre in others]:
        track_ids, scores = popularity.of_genre(genre, k)
        if len(scores) and scores[0] > 0:
            yield track_ids, share * np.maximum(scores / scores[0], 0.0)
