"""What a refresh has to know of every track, as arrays: reading rows would take longer than all the rest."""

import time
from threading import Lock

import numpy as np
from django.db.models import Max

from recommender.algorithms.popularity import NO_GENRE
from recommender.rows import Rows
from streaming.models import Genre, Track

# Seconds for which the arrays are taken to be true without a look at the database.
TRUSTED = 5.0
# Model runs whose playable tracks are remembered.
MOST_RUNS = 8


class Catalogue:
    """Row by row for `track_ids` (int64, ascending): artist and top genre ids (int64), and whether it can be played."""

    def __init__(self, rows: np.ndarray, genre_titles: dict[int, str], top_genres: dict[int, int]) -> None:
        self.track_ids, self.artists, self.genres, playable = rows.reshape(-1, 4).T.copy()
        self._rows = Rows(self.track_ids)
        self.playable = playable.astype(bool)
        self.playable_count = int(playable.sum())
        self.genre_titles = genre_titles
        # The root of each genre's tree, by id.
        self.top_genres = top_genres
        self._playable_of_run: dict[int, np.ndarray] = {}

    @classmethod
    def read(cls) -> "Catalogue":
        rows = Track.objects.order_by("pk").values_list("pk", "artist_id", "genre_top_id", "audio_state")
        table = [
            (pk, artist, genre or NO_GENRE, state == Track.AudioState.PRESENT)
            for pk, artist, genre, state in rows.iterator(chunk_size=20_000)
        ]
        genres = list(Genre.objects.values_list("pk", "title", "top_level"))
        titles = {pk: title for pk, title, _ in genres}
        return cls(np.array(table, dtype=np.int64), titles, {pk: top or pk for pk, _, top in genres})

    def places(self, track_ids: np.ndarray) -> np.ndarray:
        """The row of each track, -1 for one that is not in the catalogue."""
        return self._rows.of(track_ids)

    def are_playable(self, track_ids: np.ndarray) -> np.ndarray:
        """Whether each track can be played, bool, shape (n,); False for one that was deleted."""
        places = self.places(track_ids)
        return (places >= 0) & self.playable[places] if len(self.track_ids) else places >= 0

    def playable_of_run(self, run_id: int, track_ids: np.ndarray) -> np.ndarray:
        """`are_playable` of all tracks of a model run, worked out once."""
        if run_id not in self._playable_of_run:
            # Of runs that were replaced since, a catalogue that nothing was added to would keep all.
            if len(self._playable_of_run) >= MOST_RUNS:
                self._playable_of_run = {}
            self._playable_of_run[run_id] = self.are_playable(track_ids)
        return self._playable_of_run[run_id]


_lock = Lock()
_catalogue: Catalogue | None = None
_state: tuple[int, ...] = ()
_looked_at = -np.inf


def catalogue(trusted: float = TRUSTED) -> Catalogue:
    """The catalogue as of at most `trusted` seconds ago.

    It is read anew when tracks came or went, or when the number of playable ones changed. A track given another artist
    or genre is noticed at the next such change: it matters only to how artists are spread.
    """
    global _catalogue, _state, _looked_at
    with _lock:
        if time.monotonic() - _looked_at > trusted:
            state = _current_state()
            if _catalogue is None or state != _state:
                _catalogue, _state = Catalogue.read(), state
            _looked_at = time.monotonic()
        return _catalogue


def forget() -> None:
    """Read the catalogue anew at the next call."""
    global _catalogue, _looked_at
    with _lock:
        _catalogue, _looked_at = None, -np.inf


def _current_state() -> tuple[int, ...]:
    """Three figures that each come off an index."""
    tracks = Track.objects.all()
    newest = tracks.aggregate(newest=Max("pk"))["newest"] or 0
    return tracks.count(), newest, tracks.playable().count()
