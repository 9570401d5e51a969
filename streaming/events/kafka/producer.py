"""Writing to topics: one producer a process, idempotent, each message acknowledged by all replicas in sync."""

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from kafka import KafkaProducer
from kafka.errors import KafkaError

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.address import Address
from streaming.events.kafka.broker import PATIENCE, connected, speaking

# Bytes of messages that may go in one batch: 100 events are 30,000.
BATCH = 256 * 1024


@dataclass(frozen=True)
class Message:
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]] = field(default_factory=list)


class Producer:
    """Made with its first message, in whichever process sends it: a producer's thread does not survive a fork."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._process = 0
        # When the last attempt to make one ended.
        self._tried_at = 0.0

    def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Returns once all are acknowledged; raises EventLogUnavailable after PATIENCE, when any of them may be there.

        Who sends them again may therefore send them twice.
        """
        with speaking(self._address):
            producer = self._ready()
            try:
                sent = [producer.send(topic, m.value, m.key, m.headers) for m in messages]
                _await(sent)
            except KafkaError:
                self._discard(producer)
                raise

    def close(self) -> None:
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None and self._process == os.getpid():
            _end(producer)

    def _ready(self) -> KafkaProducer:
        asked = time.monotonic()
        with self._lock:
            if self._producer is None or self._process != os.getpid():
                # Of all who waited for a new one, the first has waited for the brokers: that is enough.
                if self._tried_at >= asked:
                    raise EventLogUnavailable(f"the event log at {self._address} was away a moment ago")
                try:
                    self._producer, self._process = _made(self._address), os.getpid()
                finally:
                    self._tried_at = time.monotonic()
            return self._producer

    def _discard(self, producer: KafkaProducer) -> None:
        """A producer whose message was given up may wait for that message's number for ever (kafka-python 3.0)."""
        with self._lock:
            if self._producer is not producer:
                return
            self._producer = None
        _end(producer)


def _made(address: Address) -> KafkaProducer:
    return connected(
        KafkaProducer,
        address,
        # Nobody looks at them, and each message would pay for them.
        metrics_enabled=False,
        acks="all",
        enable_idempotence=True,
        compression_type="lz4",
        batch_size=BATCH,
        # What is not acknowledged by then has failed, for the client as for whoever waits here.
        delivery_timeout_ms=int(1000 * PATIENCE),
        request_timeout_ms=int(1000 * PATIENCE),
        max_block_ms=int(1000 * PATIENCE),
        allow_auto_create_topics=False,
    )


def _await(sent: list) -> None:
    deadline = time.monotonic() + PATIENCE
    for future in sent:
        # A little longer than the client's own patience, so that its reason is told.
        future.get(max(0.0, deadline - time.monotonic()) + 0.2)


def _end(producer: KafkaProducer) -> None:
    """End its thread at once; whoever else waits for it hears that it failed."""
    # Its own close() raises before it ends the thread where something is still on its way.
    producer._sender.force_close()
    producer._sender.join(PATIENCE)
    producer.close(timeout=0)
