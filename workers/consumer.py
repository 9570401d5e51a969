"""From the event log to history and fresh recommendations: the loop that every playback event passes through."""

import logging
from collections.abc import Sequence

from recommender import store
from streaming import history
from streaming.events import EventError, PlaybackEvent, Record, event_log
from streaming.models import DeadLetter
from workers import tasks

logger = logging.getLogger(__name__)

GROUP = "history"
BATCH = 500


class HistoryConsumer:
    """Reads batches of events, saves them, asks for the refreshes of their listeners, then commits."""

    def __init__(self):
        self._log = event_log().consumer(GROUP)

    def run_cycle(self, *, timeout: float = 1.0) -> int:
        """One batch; returns how many records it held.

        Killed before the commit, the same batch comes again, and changes nothing that it had changed.
        """
        records = self._log.poll(max_records=BATCH, timeout=timeout)
        if records:
            tasks.request_refreshes(history.save(_parse(records)))
            self._log.commit()
        return len(records)

    def catch_up(self) -> None:
        """Ask for what a queue lost when its process died: whoever's last event is newer than their shelves."""
        tasks.request_refreshes(store.stale_listeners())


def _parse(records: Sequence[Record]) -> list[PlaybackEvent]:
    events = []
    for record in records:
        if record.is_erased:
            continue
        try:
            events.append(PlaybackEvent.from_json(record.value))
        except EventError as error:
            logger.error("event %s at offset %d is set aside: %s", record.event_id, record.offset, error)
            DeadLetter.objects.get_or_create(
                event_id=record.event_id,
                defaults={"offset": record.offset, "value": record.value, "reason": str(error)[:500]},
            )
    return events
