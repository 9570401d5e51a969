"""What a refresh knows of its listener: a history, what they said in so many words, and what can be concluded."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

import numpy as np

from recommender.algorithms.popularity import NO_GENRE
from recommender.interactions import LIKED, MOST, History, added_up
from recommender.online.catalogue import Catalogue
from streaming.models import TasteSettings, Track
from streaming.models.taste_settings import BETWEEN

# Tracks last enjoyed, whose neighbours are candidates, and tracks last turned away, whose neighbours sink.
SEEDS = 4
TURNED_AWAY = 3
# Where a player sends no session: plays this close to the last one belong to its session.
SESSION = timedelta(hours=1)
# A chosen artist counts as so many of their tracks, each heard in part; a chosen genre as one track of it heard whole.
TRACKS_OF_CHOSEN = 3
CHOSEN_TRACK = 0.5
CHOSEN_GENRE = 1.0


@dataclass(frozen=True)
class Chosen:
    """What a listener chose for a start: genre ids, and artist ids with their most heard playable tracks (int64)."""

    genres: tuple[int, ...] = ()
    artists: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def artist_of(self) -> dict[int, int]:
        return {track_id: artist for artist, tracks in self.artists.items() for track_id in tracks.tolist()}


@dataclass(frozen=True)
class Taste:
    """`said` holds everything that counts for or against a track, the oldest first: ids (int64) and weights, (n,) each.

    `excluded` may not be offered now. `genres` gives each top genre's share of what the listener preferred.
    `adventure` is from 0 to 100.
    """

    history: History
    said: tuple[np.ndarray, np.ndarray]
    seeds: list[int]
    turned_away: list[int]
    excluded: np.ndarray
    genres: dict[int, float]
    chosen: Chosen
    adventure: int

    @cached_property
    def played(self) -> np.ndarray:
        """Every track ever played, int64, ascending."""
        return np.array(sorted(self.history.played), dtype=np.int64)

    def played_artists(self, catalogue: Catalogue) -> np.ndarray:
        """Every artist of `played`, int64, ascending."""
        places = catalogue.places(self.played)
        return np.unique(catalogue.artists[places[places >= 0]])

    def summed(self) -> tuple[np.ndarray, np.ndarray]:
        """Each track of `said` once, ascending, and the sum of its weights."""
        return self._summed

    @cached_property
    def _summed(self) -> tuple[np.ndarray, np.ndarray]:
        return added_up(*self.said)


def chosen(settings: TasteSettings) -> Chosen:
    """One query, where artists were chosen."""
    if not settings.artists:
        return Chosen(tuple(settings.genres))
    rows = Track.objects.playable().filter(artist__in=settings.artists).order_by("-listens", "pk")
    tracks: dict[int, list[int]] = {artist: [] for artist in settings.artists}
    for artist, track_id in rows.values_list("artist", "pk"):
        tracks[artist].append(track_id)
    return Chosen(
        tuple(settings.genres),
        {artist: np.array(ids[:TRACKS_OF_CHOSEN], np.int64) for artist, ids in tracks.items() if ids},
    )


def taste(history: History, catalogue: Catalogue, *, chosen: Chosen | None = None, adventure: int = BETWEEN) -> Taste:
    chosen = chosen or Chosen()
    said = _said(history, chosen)
    excluded = {ban.track_id for ban in history.banned} | _just_played(history, catalogue.playable_count // 2)
    first = [track_id for track_id in chosen.artist_of if track_id not in excluded]
    return Taste(
        history,
        said,
        list(dict.fromkeys([*history.enjoyed(), *first]))[:SEEDS],
        history.turned_away()[:TURNED_AWAY],
        np.array(sorted(excluded), dtype=np.int64),
        _genre_shares(*added_up(*said), chosen.genres, catalogue),
        chosen,
        adventure,
    )


def _said(history: History, chosen: Chosen) -> tuple[np.ndarray, np.ndarray]:
    """As `pipeline.prepare` has it: no number of plays outweighs a ban, which is all that is left of its track."""
    banned = {ban.track_id for ban in history.banned}
    entries = [(play.at, play.track_id, play.weight) for play in history.heard if play.weight]
    entries += [(liked.at, liked.track_id, LIKED) for liked in history.liked]
    entries = [entry for entry in entries if entry[1] not in banned]
    entries += [(ban.at, ban.track_id, -MOST) for ban in history.banned]
    entries.sort(key=lambda entry: entry[0])
    first = [(track_id, CHOSEN_TRACK) for track_id in chosen.artist_of if track_id not in banned]
    pairs = first + [(track_id, weight) for _, track_id, weight in entries]
    return np.array([track_id for track_id, _ in pairs], np.int64), np.array([weight for _, weight in pairs])


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


def _genre_shares(
    track_ids: np.ndarray, weights: np.ndarray, chosen: Iterable[int], catalogue: Catalogue
) -> dict[int, float]:
    places = catalogue.places(track_ids)
    preferred = (places >= 0) & (weights > 0)
    # A subgenre that was chosen counts for its top genre, which is what tracks are filed under.
    tops = np.array([catalogue.top_genres.get(genre, NO_GENRE) for genre in chosen], dtype=np.int64)
    of_tracks = catalogue.genres[places[preferred]] if len(places) else np.zeros(0, np.int64)
    genres, members = np.unique(np.concatenate([of_tracks, tops]), return_inverse=True)
    sizes = np.concatenate([weights[preferred], np.full(len(tops), CHOSEN_GENRE)])
    shares = np.bincount(members, weights=sizes, minlength=len(genres))
    return dict(zip(genres.tolist(), (shares / max(shares.sum(), 1e-9)).tolist(), strict=True))
