"""The event log as a table: one partition, offsets from 0 without holes, one row of offsets a group."""

import threading
import time
from collections.abc import Sequence

from django.db import transaction

from streaming.events.base import EventConsumer, EventLog, Record
from streaming.events.event import PlaybackEvent
from streaming.models import ConsumerOffset, LogHead, LogRecord

# Another process cannot wake a consumer of this one, which therefore looks by itself this often, in seconds.
LOOK_EVERY = 0.25


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
        records = [Record(*row) for row in rows.values_list("offset", "event_id", "value")[:max_records]]
        if records:
            self._position = records[-1].offset + 1
        return records

    def commit(self) -> None:
        ConsumerOffset.objects.update_or_create(group=self._group, defaults={"next_offset": self._position})

    def lag(self) -> int:
        head = LogHead.objects.filter(pk=1).values_list("next_offset", flat=True).first() or 0
        return head - self._committed()
