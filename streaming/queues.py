"""A listener's queue on the server: what plays and what comes next, for the device that goes on with it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from streaming.models import Listener, PlayQueue, Track

MOST = 10_000
LONGEST_SOURCE, LONGEST_DEVICE, LONGEST_NAME, LONGEST_STATION = 100, 40, 100, 300
LARGEST = 2**31 - 1
# A device that plays says so twice in this time.
LISTENING = timedelta(seconds=60)


class QueueError(ValueError):
    """What cannot be kept as a queue; the message says what would be right."""


@dataclass(frozen=True)
class Entry:
    """A track in a queue, where it was found, and whether the radio put it there by itself."""

    track: Track
    source: str
    recommendation: str | None
    is_added: bool


def of_listener(listener_id: uuid.UUID) -> PlayQueue:
    """An empty one, which is not saved, where there is none."""
    return PlayQueue.objects.filter(pk=listener_id).first() or PlayQueue(listener_id=listener_id)


def entries(queue: PlayQueue) -> tuple[list[Entry], int]:
    """The entries whose tracks are still there, and the place among them of the one that plays."""
    known = {
        track.pk: track
        for start in range(0, len(queue.entries), 1000)
        for track in Track.objects.for_list().filter(pk__in={one[0] for one in queue.entries[start : start + 1000]})
    }
    found = [Entry(known[pk], *rest) for pk, *rest in queue.entries if pk in known]
    gone_before = sum(pk not in known for pk, *_ in queue.entries[: queue.index])
    return found, max(0, min(queue.index - gone_before, len(found) - 1))


@transaction.atomic
def save(*, listener_id: uuid.UUID, said: object) -> PlayQueue:
    """Keep what a device says is its queue; raises QueueError, and keeps the one before then."""
    if not isinstance(said, dict):
        raise QueueError(gettext("a queue is an object with entries, index, position_ms, station and device"))
    rows = _rows(said.get("entries"))
    device = said.get("device") if isinstance(said.get("device"), dict) else {}
    fields = {
        "entries": rows,
        "index": _number(said, "index", most=max(0, len(rows) - 1)),
        "position_ms": _number(said, "position_ms", most=LARGEST),
        "station": _station(said.get("station")),
        "device": _text(device.get("id", ""), "device.id", LONGEST_DEVICE),
        "device_name": _text(device.get("name", ""), "device.name", LONGEST_NAME),
    }
    Listener.objects.get_or_create(pk=listener_id)
    queue, _ = PlayQueue.objects.select_for_update().get_or_create(pk=listener_id)
    for name, value in fields.items():
        setattr(queue, name, value)
    queue.version += 1
    queue.save()
    return queue


def move(*, listener_id: uuid.UUID, said: object) -> PlayQueue | None:
    """Keep how far the queue of that version was played; None where it is another version by now. Raises QueueError."""
    if not isinstance(said, dict):
        raise QueueError(gettext("a place in the queue is an object with version, index and position_ms"))
    version = _number(said, "version", most=LARGEST)
    queue = PlayQueue.objects.filter(pk=listener_id, version=version).first()
    if queue is None:
        return None
    queue.index = _number(said, "index", most=max(0, len(queue.entries) - 1))
    queue.position_ms = _number(said, "position_ms", most=LARGEST)
    queue.save(update_fields=["index", "position_ms", "updated_at"])
    return queue


def beat(listener_id: uuid.UUID, is_playing: bool) -> int:
    """A device says that it is there, and whether it plays; returns how many listen now."""
    now = timezone.now()
    if is_playing and not PlayQueue.objects.filter(pk=listener_id).update(playing_at=now):
        # Its queue is still on its way.
        Listener.objects.get_or_create(pk=listener_id)
        PlayQueue.objects.get_or_create(pk=listener_id, defaults={"playing_at": now})
    return PlayQueue.objects.filter(playing_at__gt=now - LISTENING).count()


def fall_silent(listener_id: uuid.UUID) -> None:
    PlayQueue.objects.filter(pk=listener_id).update(playing_at=None)


def _rows(said: object) -> list[list]:
    if not isinstance(said, list):
        text = gettext("entries: {value} is no list of at most {most} entries")
        raise QueueError(text.format(value=_shown(said), most=MOST))
    if len(said) > MOST:
        text = gettext("entries: {count} are too many; {most} at most are taken")
        raise QueueError(text.format(count=len(said), most=MOST))
    return [_row(place, one) for place, one in enumerate(said)]


def _row(place: int, said: object) -> list:
    where = f"entries[{place}]"
    if not isinstance(said, dict):
        text = gettext("{name}: {value} is no object with track, source, recommendation and added")
        raise QueueError(text.format(name=where, value=_shown(said)))
    recommendation = said.get("recommendation")
    if recommendation is not None:
        try:
            recommendation = str(uuid.UUID(recommendation))
        except (ValueError, AttributeError, TypeError):
            text = gettext("{name}: {value} is no UUID")
            raise QueueError(text.format(name=f"{where}.recommendation", value=_shown(recommendation))) from None
    source = _text(said.get("source", ""), f"{where}.source", LONGEST_SOURCE)
    return [_number(said, "track", most=2**63 - 1, where=where), source, recommendation, said.get("added") is True]


def _station(said: object) -> dict | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        raise QueueError(gettext("station: {value} is no object with id, title and after").format(value=_shown(said)))
    return {
        "id": _text(said.get("id"), "station.id", LONGEST_DEVICE),
        "title": _text(said.get("title"), "station.title", LONGEST_STATION),
        "after": _number(said, "after", most=LARGEST, where="station"),
    }


def _number(said: dict, name: str, *, most: int, where: str = "") -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        name = f"{where}.{name}" if where else name
        text = gettext("{name}: {value} is no whole number from 0 to {most}")
        raise QueueError(text.format(name=name, value=_shown(value), most=most))
    return value


def _text(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise QueueError(gettext("{name}: {value} is no text").format(name=name, value=_shown(value)))
    return value[:longest]


def _shown(value: object) -> str:
    return repr(str(value)[:40])
