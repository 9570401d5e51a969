"""What a refresh knows of its listener: a history, and what the models make of it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from recommender.algorithms.als import Als
from recommender.algorithms.fold_in import FoldedIn
from recommender.interactions import History
from recommender.online.catalogue import Catalogue

# Tracks last enjoyed, whose neighbours are candidates, and tracks last turned away, whose neighbours sink.
SEEDS = 4
TURNED_AWAY = 3
# Where a player sends no session: plays this close to the last one belong to its session.
SESSION = timedelta(hours=1)


@dataclass(frozen=True)
class Taste:
    """`excluded` may not be offered now. `genres` gives each top genre's share of what the listener preferred."""

    history: History
    folded: FoldedIn | None
    seeds: list[int]
    turned_away: list[int]
    excluded: np.ndarray
    genres: dict[int, float]


def taste(history: History, als: Als | None, catalogue: Catalogue) -> Taste:
    track_ids, weights = history.interactions()
    excluded = {ban.track_id for ban in history.banned} | _just_played(history, catalogue.playable_count // 2)
    return Taste(
        history,
        als.fold_in(track_ids, weights) if als else None,
        history.enjoyed()[:SEEDS],
        history.turned_away()[:TURNED_AWAY],
        np.array(sorted(excluded), dtype=np.int64),
        _genre_shares(track_ids, weights, catalogue),
    )


def _just_played(history: History, most: int) -> set[int]:
    """Tracks of the session that goes on.

    Those turned away in it are all there; of the others the latest `most`, so that whoever has played everything is
    still offered what was played longest ago.
    """
    if not history.heard:
        return set()
    last = history.heard[0]
    session = [play for play in history.heard if _same_session(play.session_id, last.session_id, last.at - play.at)]
    skipped = {play.track_id for play in session if play.was_turned_away}
    others = dict.fromkeys(play.track_id for play in session if play.track_id not in skipped)
    return skipped | set(list(others)[:most])


def _same_session(session_id: uuid.UUID | None, last_id: uuid.UUID | None, apart: timedelta) -> bool:
    return session_id == last_id if last_id else apart < SESSION


def _genre_shares(track_ids: np.ndarray, weights: np.ndarray, catalogue: Catalogue) -> dict[int, float]:
    places = catalogue.places(track_ids)
    preferred = (places >= 0) & (weights > 0)
    genres, members = np.unique(catalogue.genres[places[preferred]], return_inverse=True)
    shares = np.bincount(members, weights=weights[preferred], minlength=len(genres))
    return dict(zip(genres.tolist(), (shares / max(shares.sum(), 1e-9)).tolist(), strict=True))
