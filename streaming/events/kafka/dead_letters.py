"""Records that could not be saved: in a topic of their own, with where they lay and why."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

from kafka.consumer.fetcher import ConsumerRecord

from streaming.events.base import DeadLetter, EventLogUnavailable, Record
from streaming.events.kafka.address import Address
from streaming.events.kafka.consumer import TopicConsumer, raw, text
from streaming.events.kafka.producer import Message, Producer

# Who replays is a group: what it has committed is on the log again.
GROUP = "replay"
# Letters read at once.
BATCH = 100
# Seconds in which a letter that is there is read, with a group to be joined first.
PATIENCE = 10.0


class DeadLetters:
    def __init__(self, address: Address, producer: Producer) -> None:
        self._address = address
        self._producer = producer

    def add(self, record: Record, reason: str) -> None:
        headers = {
            "reason": reason[:500],
            "topic": self._address.topic,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        named = [(name, value.encode("utf-8", "backslashreplace")) for name, value in headers.items()]
        self._producer.send(self._address.dead_letters, [_message(record, named)])

    def replay(self, limit: int | None, dry_run: bool) -> Iterator[DeadLetter]:
        """A record that was set aside twice, by a consumer that was killed before its commit, is one letter.

        Killed between the sending of a letter and its commit, that one is sent twice: upserts absorb it.
        """
        with closing(TopicConsumer(self._address, self._address.dead_letters, GROUP)) as letters:
            # As many as there are now: one that is refused again comes to the end of the topic.
            left = letters.lag()
            limit = limit or left
            known = set(map(_record, letters.done_with())) if left else set()
            while left > 0 and limit > 0:
                found = letters.poll(max_records=min(left, limit, BATCH), timeout=PATIENCE)
                if not found:
                    raise EventLogUnavailable(
                        f"{left} dead letters at {self._address} were not to be read: another replay may have them"
                    )
                new = list({_record(one): one for one in reversed(found) if _record(one) not in known}.values())[::-1]
                known.update(map(_record, new))
                if not dry_run:
                    self._producer.send(self._address.topic, [Message(one.key, one.value) for one in new])
                    letters.commit()
                left, limit = left - len(found), limit - len(new)
                yield from map(_letter, new)


def _message(record: Record, headers: list[tuple[str, bytes]]) -> Message:
    return Message(raw(record.key) or None, raw(record.value), headers)


def _record(found: ConsumerRecord) -> tuple[bytes | None, ...]:
    """What tells a record from all others: its place, and itself, as a topic may be made anew."""
    headers = dict(found.headers)
    return (headers["topic"], headers["partition"], headers["offset"], found.key, found.value)


def _letter(found: ConsumerRecord) -> DeadLetter:
    headers = {name: text(value) for name, value in found.headers}
    record = Record(int(headers["offset"]), text(found.value), int(headers["partition"]), text(found.key))
    return DeadLetter(record, headers["reason"], datetime.fromisoformat(headers["at"]))
