"""From the event log to history and fresh recommendations: the loop that every playback event passes through."""

import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import DataError, IntegrityError

from recommender import store
from streaming import history, metrics
from streaming.events import EventError, PlaybackEvent, Record, event_log
from streaming.request_id import working_on
from workers import tasks
from workers.outage import outlast

logger = logging.getLogger(__name__)

GROUP = "history"
BATCH = 1000
# Seconds from one batch to the next: each costs a dozen statements and a commit, whatever it holds.
PACE = 0.025
# What the database says of an event that it will never take; of anything else it may think better later.
REFUSALS = (DataError, IntegrityError)


class HistoryConsumer:
    """Reads batches of events, saves them, asks for the refreshes of their listeners, then commits."""

    def __init__(self):
        self._log = event_log().consumer(GROUP)
        self._next_at = 0.0

    def run_cycle(self, *, timeout: float = 1.0) -> int:
        """One batch; returns how many records it held.

        Killed before the commit, the same batch comes again, and changes nothing that it had changed.
        """
        # One that comes by itself is not waited with; those that come meanwhile are one batch.
        time.sleep(max(0.0, self._next_at - time.monotonic()))
        records = self._log.poll(max_records=BATCH, timeout=timeout)
        if records:
            self._next_at = time.monotonic() + PACE
            events = _parse(records)
            # A listener's later events are seen by the refresh that the first one asks for.
            request_ids = {event.listener_id: event.request_id for _, event in reversed(events)}
            tasks.request_refreshes(_save(events), request_ids)
            self._log.commit()
            metrics.EVENTS_OUT.inc(len(records))
            _tell(event for _, event in events)
        return len(records)

    def catch_up(self) -> None:
        """Ask for what a queue lost when its process died: whoever's last event is newer than their shelves."""
        tasks.request_refreshes(store.stale_listeners())

    def close(self) -> None:
        self._log.close()


def run(stopping: threading.Event) -> None:
    """Cycles until the event is set, whatever log and database do meanwhile; what it holds then is finished first."""
    consumer: HistoryConsumer | None = None

    def cycle() -> None:
        nonlocal consumer
        if consumer is None:
            consumer = HistoryConsumer()
            consumer.catch_up()
        consumer.run_cycle()

    def leave() -> None:
        nonlocal consumer
        if consumer is not None:
            consumer.close()
        consumer = None

    outlast("the consumer", cycle, leave, stopping)
    leave()


def _parse(records: Sequence[Record]) -> list[tuple[Record, PlaybackEvent]]:
    events = []
    for record in records:
        if record.is_erased:
            continue
        try:
            events.append((record, PlaybackEvent.from_json(record.value)))
        except EventError as error:
            _set_aside(record, str(error))
    return events


def _save(events: Sequence[tuple[Record, PlaybackEvent]]) -> set[uuid.UUID]:
    """Save events, and set those aside that the database refuses; returns the listeners of the others.

    A batch is refused whole: it is halved until each bad one is alone.
    """
    try:
        return history.save([event for _, event in events])
    except REFUSALS as error:
        if len(events) == 1:
            _set_aside(events[0][0], f"the database refused it: {error}")
            return set()
    middle = len(events) // 2
    return _save(events[:middle]) | _save(events[middle:])


def _tell(events: Iterable[PlaybackEvent]) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        for request_id, count in Counter(event.request_id for event in events).items():
            with working_on(request_id):
                logger.debug("saved %d events", count)


def _set_aside(record: Record, reason: str) -> None:
    logger.error("the event at offset %d of partition %d is set aside: %s", record.offset, record.partition, reason)
    event_log().set_aside(record, reason)
