"""Second stage: what can be learned from what was read.

The events of one playing are put together to a play, by the rules by which `streaming/history.py` saves it: it belongs
to whoever began it, the most that was heard counts, and the first ending stands. Plays that nobody can have heard are
dropped (bots, broken players, a track on repeat), and so is what says nothing. What is left is weighted by how it ended
and by its age, joined by the likes and bans that still hold, and ordered by time, listener by listener; sessions are
numbered as the players told them, or by their pauses. What was dropped is counted by its reason.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import numpy as np

from recommender.histories import Histories
from recommender.interactions import FINISHED, HALF_LIFE, LIKED, MOST, Interactions, added_up, decay, play_weights
from recommender.online.taste import SESSION
from recommender.pipeline.columns import Columns
from recommender.pipeline.read import KINDS, NOBODY, Events, Read
from streaming.events import Kind

HOUR_MS = 60 * 60 * 1000
# The most that is heard in one hour of the clock by who has two players: an hour each, and of each a play that begins
# in it and goes on, counted as an hour at most.
HEARD_AN_HOUR_MS = 4 * HOUR_MS
# A play of which less was heard only began; and more of these in an hour than a person looking for something starts.
HEARD_MS = 5_000
STARTS_AN_HOUR = 300
# A track on repeat counts so often: more would add nothing to a sum, which ends at MOST.
REPEATS = int(MOST / FINISHED)


Rows = TypeVar("Rows", bound=Columns)


@dataclass(frozen=True)
class Prepared:
    """Everybody's histories; listener n of them is `listener_ids[n]`, item n the track `track_ids[n]`. Both ascend.

    For each place of `histories.items`: `times` (datetime64[us], UTC) says when it was played, liked or banned, and
    `sessions` (int64) numbers the sessions, ascending within a listener, with -1 for what is no play. `plays` counts
    those in the database when the events were read, and `dropped` what was left out, by its reason.
    """

    listener_ids: list[uuid.UUID]
    track_ids: np.ndarray
    histories: Histories
    times: np.ndarray
    sessions: np.ndarray
    plays: int
    dropped: dict[str, int]

    def interactions(self) -> Interactions:
        """The weights of each listener for each track, added up."""
        items = max(len(self.track_ids), 1)
        pairs, weights = added_up(self.histories.rows * items + self.histories.items, self.histories.weights)
        rows, columns = np.divmod(pairs, items)
        return Interactions(self.listener_ids, self.track_ids, rows, columns, weights, self.plays)


@dataclass(frozen=True)
class _Plays(Columns):
    """Shape (n,) each, `sessions` as the players told them."""

    listeners: np.ndarray
    tracks: np.ndarray
    sessions: np.ndarray
    times: np.ndarray
    played_ms: np.ndarray
    duration_ms: np.ndarray
    finished: np.ndarray
    skipped: np.ndarray


@dataclass(frozen=True)
class _Entries(Columns):
    """Places of histories, shape (n,) each."""

    listeners: np.ndarray
    tracks: np.ndarray
    sessions: np.ndarray
    times: np.ndarray
    weights: np.ndarray


def prepare(read: Read, *, half_life: timedelta | None = HALF_LIFE) -> Prepared:
    """Everybody's histories from the events; a play counts half at the age of `half_life`, by the newest one's time."""
    events, dropped = _of_own_plays(read.events)
    dropped = read.dropped | dropped
    plays = _plays(events)
    plays = _without(_too_much(plays), plays, "plays of more than can be heard", dropped)
    plays = _without(_only_begun(plays), plays, "plays that only began, too many an hour", dropped)
    plays = plays.kept(np.lexsort((plays.times, plays.listeners)))
    plays = _without(_on_repeat(plays), plays, "plays of a track on repeat", dropped)
    plays = _weighted(plays, half_life)
    plays = _without(plays.weights == 0, plays, "plays of which nothing was heard", dropped)
    likes = _verdicts(read.events, Kind.LIKED, Kind.UNLIKED, LIKED)
    # No number of plays outweighs a ban: it is all that is left of the pair.
    bans = _verdicts(read.events, Kind.BANNED, Kind.UNBANNED, -MOST)
    plays = _without(_of_same_pairs(plays, bans), plays, "plays of tracks banned since", dropped)
    likes = _without(_of_same_pairs(likes, bans), likes, "likes of tracks banned since", dropped)
    return _numbered(_joined(plays, likes, bans), read, dropped)


def _without(unwanted: np.ndarray, rows: Rows, reason: str, dropped: dict[str, int]) -> Rows:
    """The rows that are not unwanted; counts the others."""
    dropped[reason] = int(unwanted.sum())
    return rows.kept(~unwanted)


def _of_own_plays(events: Events) -> tuple[Events, dict[str, int]]:
    """The events of plays, those of one play together and in their order; without what adds to somebody else's play."""
    events = events.kept(_are(events, *(kind for kind in Kind if kind.is_play)))
    events = events.kept(np.argsort(events.plays, kind="stable"))
    changes = _changes(events.plays)
    first = np.flatnonzero(changes)[np.cumsum(changes) - 1]
    same_listener = events.listeners == events.listeners[first]
    theirs = same_listener & (events.tracks == events.tracks[first])
    return events.kept(theirs), {"events of another's play": int((~theirs).sum())}


def _plays(events: Events) -> _Plays:
    first = np.flatnonzero(_changes(events.plays))
    ends = _are(events, Kind.FINISHED, Kind.SKIPPED)
    ending = np.minimum.reduceat(np.where(ends, np.arange(len(events)), len(events)), first)
    kinds = np.append(events.kinds, NOBODY)[ending]
    return _Plays(
        events.listeners[first],
        events.tracks[first],
        events.sessions[first],
        np.minimum.reduceat(events.times, first),
        np.maximum.reduceat(events.played_ms, first),
        np.maximum.reduceat(events.duration_ms, first),
        kinds == KINDS.index(Kind.FINISHED),
        kinds == KINDS.index(Kind.SKIPPED),
    )


def _too_much(plays: _Plays) -> np.ndarray:
    """Plays of a listener's hour in which more was heard than can be."""
    hours = _hours(plays)
    heard = np.bincount(hours, weights=np.minimum(plays.played_ms, HOUR_MS))
    return heard[hours] > HEARD_AN_HOUR_MS


def _only_begun(plays: _Plays) -> np.ndarray:
    """Plays of which next to nothing was heard, of a listener's hour with too many of them."""
    hours, begun = _hours(plays), plays.played_ms < HEARD_MS
    starts = np.bincount(hours, weights=begun)
    return begun & (starts[hours] > STARTS_AN_HOUR)


def _hours(plays: _Plays) -> np.ndarray:
    """The number of each play's hour of the clock, of its listener's own."""
    hours = plays.times.astype("datetime64[h]").astype(np.int64)
    # Hours since 1970 are below 2 ** 32 for longer than anything is played.
    return np.unique((plays.listeners.astype(np.int64) << 32) + hours, return_inverse=True)[1]


def _on_repeat(plays: _Plays) -> np.ndarray:
    """All but the first REPEATS of one track's plays, one after another; `plays` are in order of listener and time."""
    changes = _changes(plays.listeners) | _changes(plays.tracks)
    first = np.flatnonzero(changes)[np.cumsum(changes) - 1]
    return np.arange(len(plays)) - first >= REPEATS


def _weighted(plays: _Plays, half_life: timedelta | None) -> _Entries:
    weights = play_weights(plays.finished, plays.skipped, plays.played_ms, plays.duration_ms)
    if len(plays):
        weights = weights * decay(plays.times.max() - plays.times, half_life)
    return _Entries(plays.listeners, plays.tracks, _sessions(plays), plays.times, weights)


def _sessions(plays: _Plays) -> np.ndarray:
    """The number of each play's session; `plays` are in order of listener and time."""
    paused = np.diff(plays.times, prepend=plays.times[:1]) >= np.timedelta64(SESSION)
    untold = plays.sessions == NOBODY
    begins = np.where(untold, paused, False) | _changes(plays.sessions) | _changes(plays.listeners)
    return np.cumsum(begins) - 1


def _verdicts(events: Events, holds: Kind, withdrawn: Kind, weight: float) -> _Entries:
    """What a listener last said of a track, where it still holds."""
    events = events.kept(_are(events, holds, withdrawn))
    _, last = np.unique(_pairs(events)[::-1], return_index=True)
    events = events.kept(len(events) - 1 - last)
    events = events.kept(_are(events, holds))
    no_session, weights = np.full(len(events), NOBODY), np.full(len(events), weight)
    return _Entries(events.listeners, events.tracks, no_session, events.times, weights)


def _of_same_pairs(entries: _Entries, others: _Entries) -> np.ndarray:
    return np.isin(_pairs(entries), _pairs(others))


def _pairs(rows: Events | _Entries) -> np.ndarray:
    """One value a listener and track."""
    return (rows.listeners.astype(np.int64) << 32) + rows.tracks


def _joined(*parts: _Entries) -> _Entries:
    """All of them, in order of listener and time."""
    columns = zip(*(vars(part).values() for part in parts), strict=True)
    entries = _Entries(*(np.concatenate(values) for values in columns))
    return entries.kept(np.lexsort((entries.times, entries.listeners)))


def _numbered(entries: _Entries, read: Read, dropped: dict[str, int]) -> Prepared:
    listeners, lengths = np.unique(entries.listeners, return_counts=True)
    tracks, items = np.unique(entries.tracks, return_inverse=True)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return Prepared(
        [read.listener_ids[listener] for listener in listeners],
        read.track_ids[tracks],
        Histories(items, offsets, entries.weights.astype(np.float32), len(tracks)),
        entries.times,
        entries.sessions,
        read.saved_plays,
        dropped,
    )


def _are(events: Events, *kinds: Kind) -> np.ndarray:
    return np.isin(events.kinds, [KINDS.index(kind) for kind in kinds])


def _changes(values: np.ndarray) -> np.ndarray:
    """Where another value begins than the one before; the first is one."""
    changes = np.ones(len(values), dtype=bool)
    changes[1:] = values[1:] != values[:-1]
    return changes
