"""The event log on Kafka.

Events are keyed by their listener, and so a listener's are all in one partition, in order. `append` waits for the
brokers no longer than a page may wait: what they have not acknowledged by then goes to an outbox on this machine's
disk, and so does everything after it until the outbox is relayed, so that no event overtakes another of its listener.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from streaming.events.base import DeadLetter, EventConsumer, EventLog, EventLogUnavailable, Record
from streaming.events.event import PlaybackEvent
from streaming.events.kafka.address import Address
from streaming.events.kafka.consumer import KafkaEventConsumer
from streaming.events.kafka.dead_letters import GROUP, DeadLetters
from streaming.events.kafka.offsets import Offsets
from streaming.events.kafka.outbox import Outbox
from streaming.events.kafka.producer import Message, Producer
from streaming.events.kafka.relay import Relay

# Seconds after a failure in which this process does not ask again: other requests wait behind none of it.
AWAY = 1.0


class KafkaEventLog(EventLog):
    """The topic that a URL like kafka://HOST:9092/playback-events names; its outbox lies in `folder`."""

    leaves_out_repeats = False
    finds_listeners = False

    def __init__(self, url: str, folder: Path) -> None:
        self.address = Address.of(url)
        self._producer = Producer(self.address)
        self._outbox = Outbox(folder / f"outbox-{self.address.topic}.sqlite3")
        self._relay = Relay(self._outbox, self._producer, self.address.topic)
        self._letters = DeadLetters(self.address, self._producer)
        self._offsets = Offsets(self.address)
        self._failed_at = -AWAY

    def start(self) -> None:
        """Relay what the outbox holds, from now on."""
        self._relay.start()

    def append(self, events: Sequence[PlaybackEvent]) -> None:
        self.start()
        messages = [Message(str(event.listener_id).encode(), event.to_json().encode()) for event in events]
        if time.monotonic() - self._failed_at > AWAY and self._outbox.is_empty():
            try:
                self._producer.send(self.address.topic, messages)
                return
            except EventLogUnavailable:
                # Said once, by the relay.
                self._failed_at = time.monotonic()
        self._outbox.put(messages)
        self._relay.wake()

    def consumer(self, group: str) -> EventConsumer:
        return KafkaEventConsumer(self.address, group)

    def partition_name(self, partition: int) -> str:
        return f"{self.address.topic}/{partition}"

    def ends(self) -> dict[int, int]:
        return self._offsets.ends(self.address.topic)

    def lag(self) -> dict[str, dict[int, int]]:
        return self._offsets.lag(self.address.topic)

    def waiting(self) -> int:
        return self._outbox.count()

    def of_listener(self, listener_id: uuid.UUID) -> Iterator[PlaybackEvent]:
        return iter(())

    def erase(self, listener_id: uuid.UUID, is_unwanted: Callable[[PlaybackEvent], bool]) -> int:
        return 0

    def set_aside(self, record: Record, reason: str) -> None:
        self._letters.add(record, reason)

    def dead_letters(self) -> int:
        return self._offsets.behind(self.address.dead_letters, GROUP)

    def replay(self, *, limit: int | None = None, dry_run: bool = False) -> Iterator[DeadLetter]:
        return self._letters.replay(limit, dry_run)

    def close(self) -> None:
        """End its threads; what the outbox holds is relayed by whoever opens it next."""
        self._relay.stop()
        self._producer.close()
        self._offsets.close()
        self._outbox.close()
