"""Reading a topic in a group."""

import logging
import time
from collections.abc import Iterator
from contextlib import closing

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import CommitFailedError, RebalanceInProgressError

from streaming.events.base import EventConsumer, EventLogUnavailable, Record
from streaming.events.kafka.address import Address
from streaming.events.kafka.broker import PATIENCE, connected, speaking

logger = logging.getLogger(__name__)

# Seconds after which a member that says nothing counts as dead, and its partitions go to the others.
SESSION = 10.0
# Seconds of silence after which the brokers are asked whether they are there: the client waits for them for ever.
SILENCE = 5.0
# Seconds in which a commit has to be through.
COMMIT = 10.0


class TopicConsumer:
    """Messages of one topic for one group; offsets are committed when the work on them is done.

    Where the group shares its partitions anew, what was read of a lost one and not committed is its next owner's.
    """

    def __init__(self, address: Address, topic: str, group: str) -> None:
        self._address = address
        self._topic = topic
        # Where the group goes on, of each partition that was read and not committed.
        self._read: dict[TopicPartition, int] = {}
        # Whether the work on it is done.
        self._is_done = False
        self._heard = time.monotonic()
        with speaking(address):
            self._consumer = connected(
                KafkaConsumer,
                address,
                metrics_enabled=False,
                # Groups of two logs on the same brokers have nothing in common.
                group_id=f"{topic}.{group}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                session_timeout_ms=int(1000 * SESSION),
                heartbeat_interval_ms=int(1000 * SESSION / 4),
            )
            self._consumer.subscribe([topic], listener=_Forgetting(self._read))

    def poll(self, *, max_records: int, timeout: float) -> list[ConsumerRecord]:
        with speaking(self._address):
            found = self._consumer.poll(timeout_ms=int(1000 * timeout), max_records=max_records)
            if self._is_done:
                self._settle()
            if found:
                self._heard = time.monotonic()
            elif time.monotonic() - self._heard > SILENCE:
                self._ask()
        for partition, records in found.items():
            self._read[partition] = records[-1].offset + 1
        return [record for records in found.values() for record in records]

    def commit(self) -> None:
        self._is_done = True
        with speaking(self._address):
            self._settle()

    def _settle(self) -> None:
        """Commit what is done with; where the group is about to share its partitions anew, with the next poll."""
        done = {partition: OffsetAndMetadata(offset, "", -1) for partition, offset in self._read.items()}
        try:
            if done:
                self._consumer.commit(done, timeout_ms=int(1000 * COMMIT))
        except RebalanceInProgressError:
            return
        except CommitFailedError as error:
            # This member was too slow, and counted as dead: whoever has it now does it again, and changes nothing.
            logger.warning("what was read of %s comes again: %s", self._topic, error)
        self._read.clear()
        self._is_done = False

    def lag(self) -> int:
        """Of the whole group."""
        with speaking(self._address):
            partitions = self._partitions()
            ends = self._consumer.end_offsets(partitions, timeout_ms=int(1000 * PATIENCE))
            firsts = self._consumer.beginning_offsets(partitions, timeout_ms=int(1000 * PATIENCE))
            return sum(ends[one] - (self._consumer.committed(one) or firsts[one]) for one in partitions)

    def done_with(self) -> Iterator[ConsumerRecord]:
        """What the topic still has of all that the group has committed."""
        with speaking(self._address):
            ends = {one: self._consumer.committed(one) or 0 for one in self._partitions()}
            reader = connected(KafkaConsumer, self._address, metrics_enabled=False, enable_auto_commit=False)
            with closing(reader):
                reader.assign(list(ends))
                reader.seek_to_beginning()
                while any(reader.position(one) < end for one, end in ends.items()):
                    for partition, records in reader.poll(timeout_ms=int(1000 * PATIENCE)).items():
                        yield from (record for record in records if record.offset < ends[partition])

    def close(self) -> None:
        self._consumer.close(autocommit=False, timeout_ms=int(1000 * PATIENCE))

    def _ask(self) -> None:
        self._consumer.end_offsets(self._partitions(), timeout_ms=int(1000 * PATIENCE))
        self._heard = time.monotonic()

    def _partitions(self) -> list[TopicPartition]:
        numbers = self._consumer.partitions_for_topic(self._topic)
        if not numbers:
            raise EventLogUnavailable(
                f"there is no topic {self._topic} for {self._address}: manage.py create_topics makes it"
            )
        return [TopicPartition(self._topic, number) for number in sorted(numbers)]


class _Forgetting(ConsumerRebalanceListener):
    """What was read of a partition that goes is not this member's to commit any more."""

    def __init__(self, read: dict[TopicPartition, int]) -> None:
        self._read = read

    def on_partitions_revoked(self, revoked) -> None:
        """Whether they come back is known when the sharing is over."""

    def on_partitions_assigned(self, assigned) -> None:
        for partition in self._read.keys() - set(assigned):
            del self._read[partition]


class KafkaEventConsumer(EventConsumer):
    def __init__(self, address: Address, group: str) -> None:
        self._topic = TopicConsumer(address, address.topic, group)

    def poll(self, *, max_records: int, timeout: float) -> list[Record]:
        return [as_record(found) for found in self._topic.poll(max_records=max_records, timeout=timeout)]

    def commit(self) -> None:
        self._topic.commit()

    def lag(self) -> int:
        return self._topic.lag()

    def close(self) -> None:
        self._topic.close()


def as_record(found: ConsumerRecord) -> Record:
    return Record(found.offset, text(found.value), found.partition, text(found.key))


def text(value: bytes | None) -> str:
    """A value as text, from which `raw` makes the same bytes again, whatever they are."""
    return (value or b"").decode("utf-8", "surrogateescape")


def raw(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")
