"""The log while its broker is killed, stopped and started again: a real one."""

import gc
import json
import signal
import threading
from contextlib import closing

import pytest

from streaming.events import EventLogUnavailable
from streaming.events.kafka.log import KafkaEventLog
from streaming.events.kafka.producer import Message
from tests.streaming.events.kafka.likes import like, numbers, read_until, wait_until

# Sockets that were refused a connection, kafka-python leaves to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def refused():
    """Collected within the test that left them, not within one that comes after."""
    yield
    gc.collect()


@pytest.fixture
def log(kafka_log) -> KafkaEventLog:
    return kafka_log(partitions=3)


def test_listeners_have_their_partition_and_their_order(log):
    for number in range(1, 21):
        log.append([like(number, listener) for listener in range(1, 7)])
    found = []
    with closing(log.consumer("readers")) as consumer:
        while len(found) < 120:
            found += consumer.poll(max_records=50, timeout=10)
        assert consumer.lag() == 120
    partitions = {record.key: record.partition for record in found}
    assert len(set(partitions.values())) > 1
    for key, partition in partitions.items():
        theirs = [record for record in found if record.key == key]
        assert {record.partition for record in theirs} == {partition}
        assert numbers(theirs) == [*range(1, 21)]


def test_killed_in_the_middle_of_appends_nothing_is_lost_and_none_overtakes(kafka, log):
    """Four listeners append, each waiting for its answer, while the broker is killed and comes back."""
    stopping, appended = threading.Event(), dict.fromkeys(range(1, 5), 0)

    def append(listener: int) -> None:
        while not stopping.wait(0.005):
            log.append([like(appended[listener] + 1, listener), like(appended[listener] + 2, listener)])
            appended[listener] += 2

    threads = [threading.Thread(target=append, args=[listener]) for listener in appended]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: min(appended.values()) > 50)
        kafka.kill()
        before = dict(appended)
        wait_until(lambda: all(appended[listener] > before[listener] + 50 for listener in before))
        assert log.waiting() > 0
        kafka.start()
        wait_until(lambda: log.waiting() == 0)
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    wait_until(lambda: log.waiting() == 0)
    found: dict[str, list[int]] = {}
    with closing(log.consumer("readers")) as consumer:
        while any(len(set(found.get(key(one), []))) < count for one, count in appended.items()):
            for record in consumer.poll(max_records=500, timeout=10):
                found.setdefault(record.key, []).append(json.loads(record.value)["track_id"])
    # What was sent twice lies behind its first; of the first ones, none is before an earlier one.
    for listener, count in appended.items():
        assert list(dict.fromkeys(found[key(listener)])) == [*range(1, count + 1)]


def key(listener: int) -> str:
    return str(like(1, listener).listener_id)


def test_the_page_waits_once_and_never_again(kafka, log, caplog):
    """A broker that neither answers nor hangs up is not asked again by those who append."""
    log.append([like(1)])
    kafka.process.send_signal(signal.SIGSTOP)
    try:
        log.append([like(2)])
        for number in range(3, 50):
            log.append([like(number)])
        assert log.waiting() == 48
        wait_until(lambda: "events wait in the outbox" in caplog.text)
    finally:
        kafka.process.send_signal(signal.SIGCONT)
    with closing(log.consumer("readers")) as consumer:
        found = read_until(consumer, lambda found: len(set(found)) == 49)
    assert list(dict.fromkeys(found)) == [*range(1, 50)]
    wait_until(lambda: log.waiting() == 0)
    assert caplog.text.count("events wait in the outbox") == 1


def test_what_a_killed_process_left_in_the_outbox_goes_out_at_the_next_start(log):
    log._outbox.put([Message(key(1).encode(), like(1).to_json().encode())])
    second = KafkaEventLog(str(log.address), log._outbox.path.parent)
    second.start()
    wait_until(lambda: log.waiting() == 0)
    second.close()
    with closing(log.consumer("readers")) as consumer:
        assert read_until(consumer, bool) == [1]


def test_new_events_queue_behind_what_waits(log):
    """Nobody relays here; the broker is there, and is not asked."""
    log._outbox.put([Message(key(1).encode(), like(1).to_json().encode())])
    with log._relay._alone():
        log.append([like(2)])
        assert (log.waiting(), sum(log.ends().values())) == (2, 0)


def test_without_a_topic_events_wait_and_readers_are_told_what_to_do(kafka, state):
    log = KafkaEventLog(kafka.url("nowhere"), state)
    log.append([like(1)])
    assert log.waiting() == 1
    with pytest.raises(EventLogUnavailable, match="there is no topic nowhere .*: manage.py create_topics makes it"):
        log.ends()
    log.close()


def test_a_broker_that_is_not_there_is_named(state):
    log = KafkaEventLog("kafka://127.0.0.1:1/events", state)
    with pytest.raises(
        EventLogUnavailable, match=r"the event log at kafka://127.0.0.1:1/events cannot be reached: 127.0.0.1:1: Conn"
    ):
        log.consumer("readers")
    with pytest.raises(EventLogUnavailable, match="cannot be reached: 127.0.0.1:1: Connection refused"):
        log.lag()
    log.close()
