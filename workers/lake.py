"""From the event log to the lake: a reader beside the consumer of plays, each at its own pace.

What listeners want forgotten is taken out of both here too, between two batches.
"""

import logging
import threading
from collections.abc import Sequence

from streaming import erasures
from streaming.erasures import Erasures
from streaming.events import EventError, EventLog, PlaybackEvent, Record, event_log
from streaming.lake import EMBEDDED, Lake, LakeUnavailable, Part, lake
from workers.outage import outlast

logger = logging.getLogger(__name__)

# Records written in one go; a few MB.
BATCH = 5000
# Seconds for which events are left to gather, so that files of the lake are not too many.
PAUSE = 5.0
# Seconds for which it listens where there is nothing: a group is joined meanwhile.
LISTEN = 1.0


class LakeConsumer:
    """Reads batches of records, adds their events to the lake, then commits.

    Killed between the two, the same batch comes again, and the lake leaves it out. The group is the table's own: a new
    table, by another LAKE_URL or in the place of a lost one, begins with the log's first event.
    """

    def __init__(self) -> None:
        self._lake = lake()
        _check_log(event_log(), self._lake)
        self._log = event_log().consumer(f"lake-{self._lake.identity()}")

    def run_cycle(self, *, timeout: float = 0) -> int:
        """One batch of what is there; returns how many records it held."""
        records = self._log.poll(max_records=BATCH, timeout=timeout)
        if records:
            self._lake.append_parts(_parts(records))
            self._log.commit()
        return len(records)

    def close(self) -> None:
        self._log.close()


def _check_log(log: EventLog, table: Lake) -> None:
    """Raises LakeUnavailable where the lake was filled from another log: their offsets are not the same events'."""
    ends = {log.partition_name(number): end for number, end in log.ends().items()}
    for name, held in table.offsets([*ends, EMBEDDED]).items():
        end = ends.get(name, 0)
        if held > end:
            raise LakeUnavailable(
                f"the lake at {table.url} was filled from another event log: it holds events up to offset {held}, "
                f"and this log ended at {end}. Move the lake away, or name a new one by LAKE_URL"
            )


def run(stopping: threading.Event) -> None:
    """Cycles until the event is set, whatever the lake's store does meanwhile: the log keeps what the lake lacks.

    An erasure that a killed process left unfinished is what it begins with.
    """
    consumer: LakeConsumer | None = None

    def cycle() -> None:
        nonlocal consumer
        erasures.finish()
        consumer = consumer or LakeConsumer()
        if consumer.run_cycle(timeout=LISTEN) < BATCH:
            stopping.wait(PAUSE)

    def leave() -> None:
        nonlocal consumer
        if consumer is not None:
            consumer.close()
        consumer = None

    outlast("the lake's writer", cycle, leave, stopping)
    leave()


def _parts(records: Sequence[Record]) -> dict[str, Part]:
    """The records' events by the names of their partitions."""
    events, parts = _parse(records), {}
    for number in sorted({record.partition for record in records}):
        last = max(record.offset for record in records if record.partition == number)
        theirs = {offset: event for (partition, offset), event in events.items() if partition == number}
        parts[event_log().partition_name(number)] = Part(theirs, last + 1)
    return parts


def _parse(records: Sequence[Record]) -> dict[tuple[int, int], PlaybackEvent]:
    """Events by their partitions and offsets, without what is to be forgotten.

    What is none is left out: the consumer of plays sets it aside, and says why.
    """
    events = {}
    for record in records:
        if record.is_erased:
            continue
        try:
            events[record.partition, record.offset] = PlaybackEvent.from_json(record.value)
        except EventError:
            place = record.partition, record.offset
            logger.info("the record at partition %d, offset %d is no event: left out of the lake", *place)
    erased = Erasures(event.listener_id for event in events.values())
    return {place: event for place, event in events.items() if not erased.cover(event)}
