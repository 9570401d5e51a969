"""From the event log to the lake: a reader beside the consumer of plays, each at its own pace.

What listeners want forgotten is taken out of both here too, between two batches.
"""

import logging
import threading
from collections.abc import Sequence

from django.db import DatabaseError, close_old_connections

from streaming import erasures
from streaming.erasures import Erasures
from streaming.events import EventError, PlaybackEvent, Record, event_log
from streaming.lake import LakeUnavailable, lake

logger = logging.getLogger(__name__)

# Records written in one go; a few MB.
BATCH = 5000
# Seconds for which events are left to gather, so that files of the lake are not too many.
PAUSE = 5.0
# Seconds after which it is tried again where the lake or the log could not be reached.
RETRY = 20.0


class LakeConsumer:
    """Reads batches of records, adds their events to the lake, then commits.

    Killed between the two, the same batch comes again, and the lake leaves it out. The group is the table's own: a new
    table, by another LAKE_URL or in the place of a lost one, begins with the log's first event.
    """

    def __init__(self) -> None:
        self._lake = lake()
        self._log = event_log().consumer(f"lake-{self._lake.identity()}")
        # How far the log went when this began; known with the first record.
        self._lag_at_start: int | None = self._log.lag()

    def run_cycle(self) -> int:
        """One batch of what is there; returns how many records it held."""
        records = self._log.poll(max_records=BATCH, timeout=0)
        if records:
            self._check_log(records[0].offset)
            self._lake.append(_parse(records), up_to_offset=records[-1].offset + 1)
            self._log.commit()
        return len(records)

    def _check_log(self, first: int) -> None:
        """Raises LakeUnavailable where the lake holds more than the log: their offsets are not the same events'."""
        if self._lag_at_start is None:
            return
        end, held = first + self._lag_at_start, self._lake.offset()
        if held > end:
            raise LakeUnavailable(
                f"the lake at {self._lake.url} was filled from another event log: it holds events up to offset {held}, "
                f"and this log ended at {end}. Move the lake away, or name a new one by LAKE_URL"
            )
        self._lag_at_start = None


def run(stopping: threading.Event) -> None:
    """Cycles until the event is set, whatever the lake's store does meanwhile: the log keeps what the lake lacks.

    An erasure that a killed process left unfinished is what it begins with.
    """
    consumer = None
    while not stopping.is_set():
        try:
            erasures.finish()
            consumer = consumer or LakeConsumer()
            if consumer.run_cycle() < BATCH:
                stopping.wait(PAUSE)
        except (LakeUnavailable, DatabaseError) as error:
            # Nothing was committed, so a new consumer reads the same batch again.
            logger.error("the lake is tried again in %.0f s, and lacks what is played meanwhile: %s", RETRY, error)
            close_old_connections()
            consumer = None
            stopping.wait(RETRY)


def _parse(records: Sequence[Record]) -> dict[int, PlaybackEvent]:
    """Events by their offsets, without what is to be forgotten.

    What is none is left out: the consumer of plays sets it aside, and says why.
    """
    events = {}
    for record in records:
        if record.is_erased:
            continue
        try:
            events[record.offset] = PlaybackEvent.from_json(record.value)
        except EventError:
            logger.info("record %s at offset %d is no event: left out of the lake", record.event_id, record.offset)
    erased = Erasures(event.listener_id for event in events.values())
    return {offset: event for offset, event in events.items() if not erased.cover(event)}
