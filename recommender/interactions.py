"""What plays, likes and bans say of a listener's taste, as weighted listener × track interactions.

Every weight is here. A positive one is a preference, and a negative one a track that was turned away; the size is how
sure that is (what Hu, Koren and Volinsky build their confidence on: Collaborative Filtering for Implicit Feedback
Datasets, 2008). The weights of one listener for one track are added up.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np

from streaming.models import Ban, Like, Play

# Heard to its end: the unit that the others are measured in.
FINISHED = 1.0
# Heard in part, times the share heard: leaving late is half of staying.
PARTIAL = 0.5
# Skipped before this share was heard: turned away.
EARLY = 0.25
EARLY_SKIP = -0.5
# Said in so many words: worth several plays.
LIKED = 3.0
# No number of plays outweighs it.
BANNED = -np.inf
# A sum goes no further, up or down: a track on repeat is not all of a taste.
MOST = 5.0

# Rows held as Python objects at a time while a table is read.
BLOCK = 20_000


@dataclass(frozen=True)
class Interactions:
    """A sparse matrix by coordinates, each pair once: `weights[n]` is at (`rows[n]`, `columns[n]`), shape (n,) each.

    Rows index `listener_ids` and columns `track_ids` (int64, ascending). `plays` counts the plays they come from.
    """

    listener_ids: list[uuid.UUID]
    track_ids: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    plays: int

    def __len__(self) -> int:
        return len(self.weights)


@dataclass(frozen=True)
class Heard:
    """One play out of a listener's history."""

    track_id: int
    weight: float
    outcome: str
    session_id: uuid.UUID | None
    at: datetime

    @property
    def was_turned_away(self) -> bool:
        return self.weight < 0


@dataclass(frozen=True)
class Verdict:
    """A like or a ban out of a listener's history."""

    track_id: int
    at: datetime


@dataclass(frozen=True)
class History:
    """What one listener did, the newest first, and every track ever played."""

    heard: list[Heard]
    liked: list[Verdict]
    banned: list[Verdict]
    played: set[int]

    def __bool__(self) -> bool:
        return bool(self.heard or self.liked or self.banned)

    def enjoyed(self) -> list[int]:
        """Tracks liked, or played to their end, and not banned: each once, the latest first."""
        finished = [play for play in self.heard if play.outcome == Play.Outcome.FINISHED]
        banned = {ban.track_id for ban in self.banned}
        latest = sorted([*finished, *self.liked], key=lambda said: said.at, reverse=True)
        return [track_id for track_id in dict.fromkeys(said.track_id for said in latest) if track_id not in banned]

    def turned_away(self) -> list[int]:
        """Tracks banned, or skipped early when last played: each once, the latest first."""
        last_plays = {play.track_id: play for play in reversed(self.heard)}
        skipped = [play for play in last_plays.values() if play.was_turned_away]
        latest = sorted([*skipped, *self.banned], key=lambda said: said.at, reverse=True)
        return list(dict.fromkeys(said.track_id for said in latest))

    def interactions(self) -> tuple[np.ndarray, np.ndarray]:
        """Track ids (int64, ascending) and their weights, shape (n,) each: the same weights as `read` gives."""
        tracks = [said.track_id for said in (*self.heard, *self.liked, *self.banned)]
        weights = [play.weight for play in self.heard] + [LIKED] * len(self.liked) + [BANNED] * len(self.banned)
        return _added_up(np.array(tracks, dtype=np.int64), np.array(weights))


def read() -> Interactions:
    """All listeners' interactions, those of simulated ones too."""
    listeners: dict[uuid.UUID, int] = {}
    rows, tracks, weights, plays = [], [], [], 0
    for of_plays, ids, block_tracks, block_weights in _blocks():
        rows.append([listeners.setdefault(listener_id, len(listeners)) for listener_id in ids])
        tracks.append(block_tracks)
        weights.append(block_weights)
        plays += len(ids) if of_plays else 0
    if not rows:
        rows, tracks, weights = [[]], [[]], [[]]
    track_ids, columns = np.unique(np.concatenate(tracks).astype(np.int64), return_inverse=True)
    pairs = np.concatenate(rows).astype(np.int64) * len(track_ids) + columns
    pairs, weights = _added_up(pairs, np.concatenate(weights))
    rows, columns = np.divmod(pairs, max(len(track_ids), 1))
    return Interactions(list(listeners), track_ids, rows, columns, weights, plays)


def of_listener(listener_id: uuid.UUID, limit: int) -> History:
    """One listener's newest `limit` plays, likes and bans each, and all tracks ever played; in four queries."""
    plays = Play.objects.filter(listener=listener_id)
    newest = plays.order_by("-started_at").values_list(
        "track_id", "outcome", "played_ms", "duration_ms", "session_id", "last_event_at"
    )[:limit]
    tracks, outcomes, played_ms, duration_ms, sessions, times = zip(*newest, strict=True) if newest else ((),) * 6
    weights = _play_weights(outcomes, played_ms, duration_ms)
    return History(
        [Heard(*play) for play in zip(tracks, weights.tolist(), outcomes, sessions, times, strict=True)],
        _newest_verdicts(Like, listener_id, limit),
        _newest_verdicts(Ban, listener_id, limit),
        set(plays.order_by().values_list("track_id", flat=True).distinct()),
    )


def _newest_verdicts(verdict: type[Like] | type[Ban], listener_id: uuid.UUID, limit: int) -> list[Verdict]:
    rows = verdict.objects.filter(listener=listener_id).order_by("-at").values_list("track_id", "at")
    return [Verdict(*row) for row in rows[:limit]]


def _play_weights(outcomes: Sequence[str], played_ms: Sequence[int], duration_ms: Sequence[int]) -> np.ndarray:
    """The weight of each play, shape (n,); one that has only begun weighs nothing."""
    outcomes = np.array(outcomes, dtype=object)
    share = np.clip(np.array(played_ms) / np.maximum(duration_ms, 1), 0.0, 1.0)
    turned_away = (outcomes == Play.Outcome.SKIPPED) & (share < EARLY)
    return np.where(outcomes == Play.Outcome.FINISHED, FINISHED, np.where(turned_away, EARLY_SKIP, PARTIAL * share))


def _blocks() -> Iterator[tuple[bool, tuple[uuid.UUID, ...], tuple[int, ...], np.ndarray]]:
    """Whether they are plays, listener ids, track ids and weights, of at most BLOCK rows at a time."""
    plays = Play.objects.order_by().values_list("listener_id", "track_id", "outcome", "played_ms", "duration_ms")
    for ids, tracks, *play in _columns(plays):
        yield True, ids, tracks, _play_weights(*play)
    for verdict, weight in ((Like, LIKED), (Ban, BANNED)):
        for ids, tracks in _columns(verdict.objects.order_by().values_list("listener_id", "track_id")):
            yield False, ids, tracks, np.full(len(ids), weight)


def _columns(queryset) -> Iterator[tuple[tuple, ...]]:
    rows = queryset.iterator(chunk_size=BLOCK)
    while block := list(islice(rows, BLOCK)):
        yield tuple(zip(*block, strict=True))


def _added_up(keys: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each key once, ascending, and the sum of its weights within ±MOST; those that come to nothing are left out."""
    keys, places = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(keys))
    np.add.at(sums, places, weights)
    said = sums != 0
    return keys[said], np.clip(sums[said], -MOST, MOST)
