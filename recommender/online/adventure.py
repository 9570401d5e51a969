"""The listener's slider, from familiar (0) to adventurous (100). All that it does is here.

Halfway, the models' word holds as it is. Towards either end,

- models lean: what others play (collaborative models, popularity) counts up to SOURCES times more at familiar and so
  many times less at adventurous; what the music itself is like counts the other way round;
- tracks lean: each has a novelty from 0 to 1, the mean of whether the listener never played it, whether they never
  played its artist, and how far it is from the most popular of its genre (the long tail). At adventurous the score of a
  track of novelty 1 is multiplied by TRACKS and that of one of novelty 0 divided by it; at familiar the reverse.
"""

from functools import lru_cache

import numpy as np

from recommender.algorithms.popularity import DEPTH, Popularity
from recommender.online.catalogue import Catalogue
from recommender.online.sources import Kind, Source
from recommender.online.taste import Taste
from streaming.models.taste_settings import ADVENTUROUS, BETWEEN

SOURCES = 2.0
TRACKS = 16.0


def of_source(source: Source, adventure: int) -> float:
    """What the source's weight is multiplied by."""
    return SOURCES ** (_lean(adventure) if source.kind in (Kind.SOUND, Kind.CHARACTER) else -_lean(adventure))


def of_tracks(track_ids: np.ndarray, taste: Taste, catalogue: Catalogue, popularity: Popularity | None) -> np.ndarray:
    """What each track's score is multiplied by, shape (n,)."""
    if taste.adventure == BETWEEN:
        return np.ones(len(track_ids))
    return TRACKS ** (_lean(taste.adventure) * (2.0 * novelty(track_ids, taste, catalogue, popularity) - 1.0))


def novelty(track_ids: np.ndarray, taste: Taste, catalogue: Catalogue, popularity: Popularity | None) -> np.ndarray:
    """From 0, played before and the most popular of its genre, to 1; shape (n,)."""
    new_track = ~np.isin(track_ids, taste.played)
    new_artist = ~np.isin(catalogue.artists[catalogue.places(track_ids)], taste.played_artists(catalogue))
    return (new_track + new_artist + 1.0 - _renown(track_ids, popularity)) / 3.0


def _renown(track_ids: np.ndarray, popularity: Popularity | None) -> np.ndarray:
    """From 1 for the most popular of its genre to 0 for one that is not listed."""
    if popularity is None:
        return np.zeros(len(track_ids))
    ids, renown = _all_renown(popularity)
    places = np.minimum(np.searchsorted(ids, track_ids), max(len(ids) - 1, 0))
    return np.where(ids[places] == track_ids, renown[places], 0.0)


@lru_cache(maxsize=2)
def _all_renown(popularity: Popularity) -> tuple[np.ndarray, np.ndarray]:
    lists = [popularity.of_genre(genre, DEPTH) for genre in popularity.genres]
    ids = np.concatenate([track_ids for track_ids, _ in lists])
    renown = np.concatenate([np.clip(scores / max(scores[0], 1e-9), 0.0, 1.0) for _, scores in lists])
    order = np.argsort(ids)
    return ids[order], renown[order]


def _lean(adventure: int) -> float:
    """-1 at familiar, 1 at adventurous."""
    return (adventure - BETWEEN) / (ADVENTUROUS - BETWEEN)
