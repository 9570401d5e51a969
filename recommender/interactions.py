"""What plays, likes and bans say of a listener's taste, as weighted listener × track interactions.

Every weight is here, for the training, which reads all plays of the lake, and for one listener, whose plays are read
from the database. A positive one is a preference, and a negative one a track that was turned away; the size is how
sure that is (what Hu, Koren and Volinsky build their confidence on: Collaborative Filtering for Implicit Feedback
Datasets, 2008). The weights of one listener for one track are added up.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from recommender.histories import MOST
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

# The age at which a play counts half in a training; None where old plays count as new ones do.
HALF_LIFE: timedelta | None = None


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

    def with_preferences(self) -> "Interactions":
        """Only listeners and tracks with a positive weight; what is left is numbered anew, without gaps.

        A listener who preferred nothing says nothing of what goes together, and a track that nobody preferred cannot
        be recommended by its listeners. Both would also leave ALS with an equation that has no regularisation (Spark
        scales it by the number of preferences), and so none or many solutions.
        """
        positive = self.weights > 0
        # Once is enough: leaving out a listener with no preference takes no preference from any track.
        has_preference = np.zeros(len(self.listener_ids), dtype=bool)
        has_preference[self.rows[positive]] = True
        is_preferred = np.zeros(len(self.track_ids), dtype=bool)
        is_preferred[self.columns[positive]] = True
        kept = has_preference[self.rows] & is_preferred[self.columns]
        listeners, rows = np.unique(self.rows[kept], return_inverse=True)
        tracks, columns = np.unique(self.columns[kept], return_inverse=True)
        return Interactions(
            [self.listener_ids[row] for row in listeners],
            self.track_ids[tracks],
            rows,
            columns,
            self.weights[kept],
            self.plays,
        )


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
        """Track ids (int64, ascending) and their weights, shape (n,) each: the same weights as a training gives."""
        tracks = [said.track_id for said in (*self.heard, *self.liked, *self.banned)]
        weights = [play.weight for play in self.heard] + [LIKED] * len(self.liked) + [BANNED] * len(self.banned)
        return added_up(np.array(tracks, dtype=np.int64), np.array(weights))


def of_listener(listener_id: uuid.UUID, limit: int) -> History:
    """One listener's newest `limit` plays, likes and bans each, and all tracks ever played.

    In three queries, and one more where there are more plays.
    """
    plays = Play.objects.filter(listener=listener_id)
    columns = "track_id", "outcome", "played_ms", "duration_ms", "session_id", "last_event_at"
    newest = list(plays.order_by("-started_at").values_list(*columns)[:limit])
    tracks, outcomes, played_ms, duration_ms, sessions, times = zip(*newest, strict=True) if newest else ((),) * 6
    ends = np.array(outcomes, dtype=object)
    weights = play_weights(
        ends == Play.Outcome.FINISHED, ends == Play.Outcome.SKIPPED, np.array(played_ms), np.array(duration_ms)
    )
    return History(
        [Heard(*play) for play in zip(tracks, weights.tolist(), outcomes, sessions, times, strict=True)],
        _newest_verdicts(Like, listener_id, limit),
        _newest_verdicts(Ban, listener_id, limit),
        set(tracks if len(newest) < limit else plays.order_by().values_list("track_id", flat=True).distinct()),
    )


def _newest_verdicts(verdict: type[Like] | type[Ban], listener_id: uuid.UUID, limit: int) -> list[Verdict]:
    rows = verdict.objects.filter(listener=listener_id).order_by("-at").values_list("track_id", "at")
    return [Verdict(*row) for row in rows[:limit]]


def play_weights(
    finished: np.ndarray, skipped: np.ndarray, played_ms: np.ndarray, duration_ms: np.ndarray
) -> np.ndarray:
    """The weight of each play by how it ended (bool) and what was heard of it; one that has only begun weighs nothing.

    All arrays have shape (n,).
    """
    share = np.clip(played_ms / np.maximum(duration_ms, 1), 0.0, 1.0)
    turned_away = skipped & (share < EARLY)
    return np.where(finished, FINISHED, np.where(turned_away, EARLY_SKIP, PARTIAL * share))


def decay(ages: np.ndarray, half_life: timedelta | None) -> np.ndarray:
    """What is left of a play's weight at each age (timedelta64, shape (n,)): all at 0, then half each half-life."""
    if half_life is None:
        return np.ones(len(ages))
    return np.exp2(-(ages / np.timedelta64(half_life)))


def added_up(keys: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each key once, ascending, and the sum of its weights within ±MOST; those that come to nothing are left out."""
    keys, places = np.unique(keys, return_inverse=True)
    sums = np.bincount(places, weights=weights, minlength=len(keys))
    said = sums != 0
    return keys[said], np.clip(sums[said], -MOST, MOST)
