"""The event log as a table: one partition, offsets from 0 without holes, one row of offsets a group.

What a listener wants forgotten is emptied in place. Were its rows deleted, consumers would count holes as work to come,
and an event sent again by a client that never heard of its 202 would be a new one.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence

from django.db import transaction

from streaming.events.base import DeadLetter, EventConsumer, EventLog, Record
from streaming.events.event import EventError, PlaybackEvent
from streaming.models import ConsumerOffset, LogHead, LogRecord
from streaming.models import DeadLetter as DeadLetterRow

PARTITION = 0

# Another process cannot wake a consumer of this one, which therefore looks by itself this often, in seconds.
LOOK_EVERY = 0.25
# Records looked through in one go: a listener who has a million is neither held in memory nor keeps others waiting.
AT_ONCE = 500


class _Bell:
    """Wakes the consumers of this process at each append."""

    def __init__(self):
        self._condition = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        with self._condition:
            self.rung += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout: float) -> None:
        """Waits for a ring after the `seen`th, at most `timeout` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self.rung != seen, timeout)


_bell = _Bell()


class EmbeddedEventLog(EventLog):
    leaves_out_repeats = True
    finds_listeners = True

    def start(self) -> None:
        """Nothing: what is appended is where it belongs."""

    def append(self, events: Sequence[PlaybackEvent]) -> None:
        with transaction.atomic(durable=True):
            # Held until the commit: offsets become visible in their order, so that no consumer passes one by.
            head, _ = LogHead.objects.select_for_update().get_or_create(pk=1)
            known = set(
                LogRecord.objects.filter(event_id__in=[e.event_id for e in events]).values_list("event_id", flat=True)
            )
            fresh = {event.event_id: event for event in events if event.event_id not in known}
            LogRecord.objects.bulk_create(
                LogRecord(offset=offset, event_id=e.event_id, key=str(e.listener_id), value=e.to_json())
                for offset, e in enumerate(fresh.values(), head.next_offset)
            )
            head.next_offset += len(fresh)
            head.save()
        _bell.ring()

    def consumer(self, group: str) -> "EmbeddedConsumer":
        return EmbeddedConsumer(group)

    def partition_name(self, partition: int) -> str:
        return "event-log"

    def ends(self) -> dict[int, int]:
        return {PARTITION: _end()}

    def lag(self) -> dict[str, dict[int, int]]:
        end = _end()
        offsets = ConsumerOffset.objects.order_by("group").values_list("group", "next_offset")
        return {group: {PARTITION: end - offset} for group, offset in offsets}

    def waiting(self) -> int:
        return 0

    def of_listener(self, listener_id: uuid.UUID) -> Iterator[PlaybackEvent]:
        for rows in _of_key(str(listener_id)):
            yield from (event for event in rows.values() if event is not None)

    def erase(self, listener_id: uuid.UUID, is_unwanted: Callable[[PlaybackEvent], bool]) -> int:
        erased = 0
        for rows in _of_key(str(listener_id)):
            unwanted = [offset for offset, event in rows.items() if event is None or is_unwanted(event)]
            erased += LogRecord.objects.filter(offset__in=unwanted).update(key="", value="")
        # Records that nobody could read: whose they are is all that is known of them.
        DeadLetterRow.objects.filter(value__contains=str(listener_id)).delete()
        return erased

    def set_aside(self, record: Record, reason: str) -> None:
        event_id = LogRecord.objects.filter(offset=record.offset).values_list("event_id", flat=True).get()
        said = {"offset": record.offset, "value": record.value, "reason": reason[:500]}
        DeadLetterRow.objects.get_or_create(event_id=event_id, defaults=said)

    def dead_letters(self) -> int:
        return DeadLetterRow.objects.count()

    def replay(self, *, limit: int | None = None, dry_run: bool = False) -> Iterator[DeadLetter]:
        for row in list(DeadLetterRow.objects.order_by("pk")[:limit]):
            if not dry_run:
                _append_again(row)
            yield DeadLetter(Record(row.offset, row.value), row.reason, row.at)
        _bell.ring()


def _end() -> int:
    return LogHead.objects.filter(pk=1).values_list("next_offset", flat=True).first() or 0


@transaction.atomic
def _append_again(row: DeadLetterRow) -> None:
    """The record leaves its place, which stays empty, for a new one at the log's end."""
    head = LogHead.objects.select_for_update().get(pk=1)
    record = LogRecord.objects.get(offset=row.offset)
    LogRecord.objects.filter(pk=record.pk).update(event_id=uuid.uuid4(), key="", value="")
    LogRecord.objects.create(offset=head.next_offset, event_id=record.event_id, key=record.key, value=record.value)
    head.next_offset += 1
    head.save()
    row.delete()


def _of_key(key: str) -> Iterator[dict[int, PlaybackEvent | None]]:
    """The events of a key by their offsets, some at once; None for what is no event."""
    after = -1
    while rows := list(
        LogRecord.objects.filter(key=key, offset__gt=after).order_by("offset").values_list("offset", "value")[:AT_ONCE]
    ):
        yield {offset: _event(value) for offset, value in rows}
        after = rows[-1][0]


def _event(value: str) -> PlaybackEvent | None:
    try:
        return PlaybackEvent.from_json(value)
    except EventError:
        return None


class EmbeddedConsumer(EventConsumer):
    def __init__(self, group: str):
        self._group = group
        self._position = self._committed()

    def _committed(self) -> int:
        return ConsumerOffset.objects.filter(pk=self._group).values_list("next_offset", flat=True).first() or 0

    def poll(self, *, max_records: int, timeout: float) -> list[Record]:
        deadline = time.monotonic() + timeout
        while True:
            rung = _bell.rung  # before the look: an append after it is not slept through
            records = self._read(max_records)
            left = deadline - time.monotonic()
            if records or left <= 0:
                return records
            _bell.wait(rung, min(left, LOOK_EVERY))

    def _read(self, max_records: int) -> list[Record]:
        rows = LogRecord.objects.filter(offset__gte=self._position).order_by("offset")
        found = rows.values_list("offset", "value", "key")[:max_records]
        records = [Record(offset, value, PARTITION, key) for offset, value, key in found]
        if records:
            self._position = records[-1].offset + 1
        return records

    def commit(self) -> None:
        ConsumerOffset.objects.update_or_create(group=self._group, defaults={"next_offset": self._position})

    def lag(self) -> int:
        return _end() - self._committed()

    def close(self) -> None:
        """A group of the embedded log has no members that it would wait for."""
