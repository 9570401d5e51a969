"""What listeners say, on its way through log, tables and lake as the workers take it."""

import uuid
from datetime import datetime

from django.utils import timezone

from streaming.events import Kind, PlaybackEvent, event_log
from streaming.lake import lake
from streaming.models import Listener, Track
from workers.consumer import HistoryConsumer
from workers.lake import LakeConsumer


def event(listener: Listener | uuid.UUID, kind: Kind, track: Track | None = None, **fields) -> PlaybackEvent:
    """An event that comes now."""
    now = timezone.now()
    if kind.is_play:
        fields = {"play_id": uuid.uuid4(), "played_ms": 100_000, "duration_ms": 100_000} | fields
    fields = {"event_id": uuid.uuid4(), "occurred_at": now, "received_at": now} | fields
    listener_id = listener.pk if isinstance(listener, Listener) else listener
    return PlaybackEvent(listener_id=listener_id, kind=kind, track_id=track.pk if track else None, **fields)


def everything(listener: Listener | uuid.UUID, track: Track, **fields) -> list[PlaybackEvent]:
    """A play, a like, a ban and a search."""
    said = [event(listener, kind, track, **fields) for kind in (Kind.FINISHED, Kind.LIKED, Kind.BANNED)]
    return [*said, event(listener, Kind.SEARCHED, query="rain", **fields)]


def save() -> None:
    """What waits in the log is saved."""
    consumer = HistoryConsumer()
    while consumer.run_cycle(timeout=0):
        pass


def fill_lake() -> None:
    consumer = LakeConsumer()
    while consumer.run_cycle():
        pass


def say(events: list[PlaybackEvent]) -> None:
    """On the log, in the tables and in the lake."""
    event_log().append(events)
    save()
    fill_lake()


def in_log(*listeners: Listener) -> list[str]:
    """The kinds of these listeners' events that the log can still tell."""
    return [event.kind.value for one in listeners for event in event_log().of_listener(one.pk)]


def in_lake() -> list[tuple[uuid.UUID, str]]:
    """Whose events the lake holds, and of which kinds."""
    rows = [row for batch in lake().read(["listener_id", "kind"]) for row in batch.to_pylist()]
    return sorted((uuid.UUID(bytes=row["listener_id"]), row["kind"]) for row in rows)


def before(time: datetime) -> dict:
    """Fields of an event that was received by then."""
    return {"occurred_at": time, "received_at": time}
