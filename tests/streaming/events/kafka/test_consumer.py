"""Consumers that share a topic, by a real group."""

from contextlib import closing

from streaming.events import EventConsumer, Record
from tests.streaming.events.kafka.likes import PATIENCE, like, wait_until

LISTENERS = range(1, 41)


def polled(consumer: EventConsumer) -> list[Record]:
    return consumer.poll(max_records=500, timeout=0.2)


def keys(records: list[Record]) -> set[str]:
    return {record.key for record in records}


def partitions(records: list[Record]) -> set[int]:
    return {record.partition for record in records}


def test_what_was_read_of_a_lost_partition_is_not_committed(kafka_log):
    """The first reads all and commits nothing, and loses half of it to a second, which ends before its work is done."""
    log = kafka_log(partitions=4)
    log.append([like(1, listener) for listener in LISTENERS])
    with closing(log.consumer("readers")) as first:
        held: list[Record] = []
        wait_until(lambda: held.extend(polled(first)) or len(held) == len(LISTENERS))
        with closing(log.consumer("readers")) as second:
            taken: list[Record] = []
            wait_until(lambda: polled(first) or taken.extend(polled(second)) or len(partitions(taken)) == 2)
            first.commit()
    with closing(log.consumer("readers")) as third:
        again: list[Record] = []
        wait_until(lambda: again.extend(polled(third)) or keys(again) >= keys(taken))
    # The first goes on with its own half, and has done with what it had read of that.
    assert keys(again) == {record.key for record in held if record.partition in partitions(taken)}


def test_who_leaves_hands_over_what_it_did_not_commit(kafka_log):
    log = kafka_log(partitions=2)
    log.append([like(1, listener) for listener in LISTENERS])
    with closing(log.consumer("readers")) as first:
        assert len(first.poll(max_records=10, timeout=PATIENCE)) == 10
        first.commit()
        assert first.poll(max_records=10, timeout=PATIENCE)
    with closing(log.consumer("readers")) as second:
        found: list[Record] = []
        wait_until(lambda: found.extend(polled(second)) or len(found) == len(LISTENERS) - 10)
