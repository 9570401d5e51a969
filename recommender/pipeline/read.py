"""First stage: what listeners did, from the lake into memory.

The lake holds every event that a player ever sent, and the catalogue has changed since: tracks went, listeners deleted
their accounts, and whoever listened without one has signed in. So the events are read in bounded batches into plain
columns, put in the order of their receipt, and held against the database: an event of a track or a listener that is
gone is dropped, one of an anonymous listener becomes the user's, and of whoever does not want to be learned from
nothing is kept. Simulated listeners count like any other. What was dropped is counted by its reason.

Offsets tell the order within a partition of the log only. A listener's events are all in one, but those of somebody who
signed in, or who listened on when the topic was given more partitions, are in two, and their last word has to be told.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone

from recommender.pipeline.columns import Columns
from recommender.pipeline.reader import read_events
from streaming import erasures
from streaming.events import Kind
from streaming.models import Listener, Play, Track

if TYPE_CHECKING:
    import pyarrow as pa

# Codes of kinds are their places here.
KINDS = [kind for kind in Kind if kind is not Kind.SEARCHED]
COLUMNS = (
    "received_at", "offset", "kind", "listener_id", "session_id", "play_id", "track_id", "occurred_at", "played_ms",
    "duration_ms",
)  # fmt: skip
UUID_BYTES = 16
NOBODY = -1


@dataclass(frozen=True)
class Events(Columns):
    """Events in the order in which the server received them, shape (n,) each; those of one moment in the log's order.

    `listeners`, `tracks` and `plays` are numbered from 0 (int32); `sessions` too, with -1 where a player sent none.
    `kinds` are places in KINDS (int8), `times` when an event occurred (datetime64[us], UTC).
    """

    listeners: np.ndarray
    tracks: np.ndarray
    kinds: np.ndarray
    plays: np.ndarray
    sessions: np.ndarray
    times: np.ndarray
    played_ms: np.ndarray
    duration_ms: np.ndarray


@dataclass(frozen=True)
class Read:
    """`events.listeners` are places in `listener_ids` and `events.tracks` in `track_ids` (int64); both ascend.

    `saved_plays` counts the plays in the database.
    """

    events: Events
    listener_ids: list[uuid.UUID]
    track_ids: np.ndarray
    saved_plays: int
    dropped: dict[str, int]


def read(since: datetime | None = None) -> Read:
    """The events that count, of those that occurred at `since` or later; raises LakeUnavailable."""
    began = timezone.now()
    saved_plays = Play.objects.count()  # first: a play saved meanwhile is a new one at the next look
    columns = _in_order(_columns(read_events(COLUMNS, since=since, kinds=KINDS)))
    listeners, ids = _encoded(columns.pop("listener_id"))
    track_ids, tracks = np.unique(columns.pop("track_id"), return_inverse=True)
    events = Events(
        listeners,
        tracks.astype(np.int32),
        columns.pop("kind"),
        _encoded(columns.pop("play_id"))[0],
        _sessions(columns.pop("session_id")),
        columns.pop("occurred_at"),
        columns.pop("played_ms"),
        columns.pop("duration_ms"),
    )
    owners = _Owners([uuid.UUID(bytes=one) for one in ids.to_pylist()], excluded_listeners(began))
    without_track = ~_standing(track_ids)[events.tracks]
    unknown = owners.unknown[events.listeners] & ~without_track
    events = replace(events, listeners=owners.numbers[events.listeners])
    kept = (events.listeners != NOBODY) & ~without_track
    dropped = {
        "events of deleted tracks": int(without_track.sum()),
        "events of deleted listeners": int(unknown.sum()),
        "events of excluded listeners": int((~kept & ~without_track & ~unknown).sum()),
    }
    return Read(events.kept(kept), owners.ids, track_ids, saved_plays, dropped)


def excluded_listeners(began: datetime) -> QuerySet[Listener]:
    """Whoever no model may learn from, of a lake that was read since `began`.

    Those who cleared their history are among them until the lake has forgotten it, and so has who reads it.
    """
    unfinished = erasures.unfinished(began)
    return Listener.objects.filter(Q(is_personalised=False) | Q(pk__in=unfinished) | Q(merged__in=unfinished))


class _Owners:
    """Whose the events of some listeners are now.

    `ids` are theirs, ascending. For each of the listeners asked for: `numbers` (int32) is the place of its owner in
    `ids`, or -1 for none, and `unknown` tells that the database does not have it.
    """

    def __init__(self, listener_ids: list[uuid.UUID], excluded_listeners: QuerySet[Listener]) -> None:
        now = dict(Listener.objects.values_list("pk", "merged_into"))
        excluded = set(excluded_listeners.values_list("pk", flat=True))
        owners = [now[one] or one if one in now else None for one in listener_ids]
        self.ids = sorted(set(owners) - excluded - {None})
        numbers = {listener_id: number for number, listener_id in enumerate(self.ids)}
        self.numbers = np.array([numbers.get(one, NOBODY) for one in owners], dtype=np.int32)
        self.unknown = np.array([one is None for one in owners], dtype=bool)


def _standing(track_ids: np.ndarray) -> np.ndarray:
    """Whether the catalogue has each of the tracks."""
    return np.isin(track_ids, np.fromiter(Track.objects.order_by().values_list("pk", flat=True), np.int64))


def _columns(batches: Iterable["pa.RecordBatch"]) -> dict[str, np.ndarray]:
    """The lake's columns as arrays, UUIDs as 16 bytes; batch by batch, as Arrow's own form takes twice the memory."""
    blocks = [{name: _array(batch, name) for name in COLUMNS} for batch in batches]
    return {
        name: np.concatenate([np.zeros(0, _dtype(name)), *(block.pop(name) for block in blocks)]) for name in COLUMNS
    }


def _dtype(name: str) -> str:
    sizes = {"kind": "int8", "track_id": "int64", "offset": "int64", "_ms": "int32", "_at": "datetime64[us]"}
    return sizes.get(name) or sizes.get(name[-3:]) or f"V{UUID_BYTES}"


def _array(batch: "pa.RecordBatch", name: str) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = batch.column(name)
    if name == "kind":
        return pc.index_in(column, pa.array(list(map(str, KINDS)))).to_numpy().astype(np.int8)
    if _dtype(name).startswith("V"):
        whole = pc.fill_null(column, bytes(UUID_BYTES)).cast(pa.binary(UUID_BYTES))
        return np.frombuffer(whole.buffers()[1], _dtype(name), len(whole), whole.offset * UUID_BYTES).copy()
    # A copy: a view would keep the whole batch in memory.
    return column.to_numpy().astype(_dtype(name))


def _in_order(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    order = np.lexsort((columns.pop("offset"), columns.pop("received_at")))
    return {name: columns.pop(name)[order] for name in list(columns)}


def _encoded(values: np.ndarray) -> tuple[np.ndarray, "pa.Array"]:
    """The number of each UUID (int32), by its first place, and the distinct ones."""
    import pyarrow as pa

    buffers = [None, pa.py_buffer(np.ascontiguousarray(values))]
    encoded = pa.Array.from_buffers(pa.binary(UUID_BYTES), len(values), buffers).dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary


def _sessions(values: np.ndarray) -> np.ndarray:
    """The number of each session, -1 for none."""
    import pyarrow.compute as pc

    codes, ids = _encoded(values)
    none = pc.index(ids, bytes(UUID_BYTES)).as_py()  # -1 where every event has a session
    return np.where(codes == none, NOBODY, codes)
