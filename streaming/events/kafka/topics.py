"""The topics that the service needs, and making them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.address import Address
from streaming.events.kafka.broker import connected, said, speaking

REQUESTS, RESULTS = "recommendation-requests", "recommendation-results"
# Milliseconds that messages are kept. Events outlast any stop of their readers; forgotten ones go with them.
EVENTS_KEPT = 30 * 24 * 60 * 60 * 1000
ANSWERS_KEPT = 24 * 60 * 60 * 1000
UNKNOWN_TOPIC = 3


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    kept_ms: int


@dataclass(frozen=True)
class Made:
    """What became of a topic: `is_new`, or it was there with so many partitions."""

    topic: Topic
    is_new: bool
    partitions: int


def needed(address: Address, partitions: int) -> list[Topic]:
    return [
        Topic(address.topic, partitions, EVENTS_KEPT),
        Topic(address.dead_letters, 1, EVENTS_KEPT),
        Topic(REQUESTS, partitions, ANSWERS_KEPT),
        Topic(RESULTS, partitions, ANSWERS_KEPT),
    ]


def create(address: Address, *, partitions: int, replication: int) -> Iterator[Made]:
    """Make those topics that there are not, one after another; raises EventLogUnavailable, naming the one it was at."""
    with speaking(address):
        admin = connected(KafkaAdminClient, address)
    try:
        for topic in needed(address, partitions):
            yield _create(address, admin, topic, replication)
    finally:
        admin.close()


def _create(address: Address, admin: KafkaAdminClient, topic: Topic, replication: int) -> Made:
    try:
        (found,) = admin.describe_topics([topic.name])
        if found["error_code"] != UNKNOWN_TOPIC:
            return Made(topic, False, len(found["partitions"]))
        admin.create_topics(
            {
                topic.name: {
                    "num_partitions": topic.partitions,
                    "replication_factor": replication,
                    # A record is durable once a second replica has it, so that one broker may fall.
                    "configs": {"retention.ms": str(topic.kept_ms), "min.insync.replicas": str(min(2, replication))},
                }
            },
            wait_for_metadata=True,
        )
    except KafkaError as error:
        raise EventLogUnavailable(f"topic {topic.name} at {address} cannot be made: {said(error)}") from error
    return Made(topic, True, topic.partitions)
