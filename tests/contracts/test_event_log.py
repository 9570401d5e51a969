"""What every event log must do, whichever backend keeps it."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection

from streaming.events import EventConsumer, EventLog, Kind, PlaybackEvent, Record
from streaming.events.embedded import EmbeddedEventLog

# Seconds for what comes in an instant once a group is joined.
PATIENCE = 30
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["embedded", "kafka"])
def event_log(request) -> EventLog:
    """Of one partition, so that events have one order."""
    if request.param == "embedded":
        return EmbeddedEventLog()
    return request.getfixturevalue("kafka_log")(partitions=1)


@pytest.fixture
def consumer(event_log) -> Iterator[EventConsumer]:
    with closing(event_log.consumer("readers")) as consumer:
        yield consumer


def event(number: int) -> PlaybackEvent:
    return PlaybackEvent(
        event_id=uuid.UUID(int=number),
        kind=Kind.LIKED,
        listener_id=uuid.UUID(int=1),
        track_id=number,
        occurred_at=NOW,
        received_at=NOW,
    )


def tracks(records) -> list[int]:
    return [PlaybackEvent.from_json(record.value).track_id for record in records]


def read(consumer: EventConsumer, count: int, *, most: int = 100) -> list[Record]:
    """The next so many records, or more of them that came along."""
    found = []
    while len(found) < count:
        came = consumer.poll(max_records=most, timeout=PATIENCE)
        assert came, f"{count} records were to come, and {len(found)} came"
        found += came
    return found


def nothing_comes(consumer: EventConsumer) -> bool:
    return consumer.poll(max_records=100, timeout=0.5) == []


def test_events_are_read_in_their_order(event_log, consumer):
    event_log.append([event(2), event(1)])
    event_log.append([event(3)])
    assert tracks(read(consumer, 3)) == [2, 1, 3]


def test_a_record_says_where_it_lies_and_whose_it_is(event_log, consumer):
    event_log.append([event(1), event(2)])
    said = [(record.partition, record.offset, record.key) for record in read(consumer, 2)]
    assert said == [(0, 0, str(uuid.UUID(int=1))), (0, 1, str(uuid.UUID(int=1)))]


def test_an_empty_log_is_waited_for_in_vain(consumer):
    assert consumer.poll(max_records=100, timeout=0.05) == []


def test_a_batch_is_as_large_as_asked_for(event_log, consumer):
    event_log.append([event(n) for n in range(1, 6)])
    assert [tracks(read(consumer, 1, most=2)) for _ in range(3)] == [[1, 2], [3, 4], [5]]


def test_what_was_not_committed_comes_again(event_log):
    event_log.append([event(1), event(2), event(3)])
    with closing(event_log.consumer("readers")) as first:
        read(first, 1, most=1)
        first.commit()
        assert tracks(read(first, 2)) == [2, 3]
    with closing(event_log.consumer("readers")) as second:
        assert tracks(read(second, 2)) == [2, 3]


def test_groups_read_for_themselves(event_log):
    event_log.append([event(1)])
    with closing(event_log.consumer("one")) as one:
        read(one, 1)
        one.commit()
        assert nothing_comes(one)
    with closing(event_log.consumer("two")) as two:
        assert tracks(read(two, 1)) == [1]


def test_lag_counts_what_is_not_committed(event_log, consumer):
    assert consumer.lag() == 0
    event_log.append([event(1), event(2), event(3)])
    read(consumer, 2, most=2)
    assert consumer.lag() == 3
    consumer.commit()
    assert consumer.lag() == 1
    assert event_log.lag() == {"readers": {0: 1}}
    assert event_log.ends() == {0: 3}


def test_a_repeated_event_is_left_out_or_comes_again_unchanged(event_log, consumer):
    event_log.append([event(1), event(2), event(1)])
    event_log.append([event(2), event(3)])
    if event_log.leaves_out_repeats:
        assert tracks(read(consumer, 3)) == [1, 2, 3]
    else:
        records = read(consumer, 5)
        assert tracks(records) == [1, 2, 1, 2, 3]
        assert records[0].value == records[2].value


def test_a_waiting_consumer_is_woken(event_log, consumer):
    heard = []
    waiting = threading.Thread(target=lambda: heard.extend(tracks(read(consumer, 1))) or connection.close())
    waiting.start()
    event_log.append([event(1)])
    waiting.join(PATIENCE)
    assert heard == [1]


def test_appends_of_many_threads_are_all_there(event_log, consumer):
    def append(start: int) -> None:
        for number in range(start, start + 20):
            event_log.append([event(number)])
        connection.close()

    threads = [threading.Thread(target=append, args=(start,)) for start in (1, 21, 101, 121)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = tracks(read(consumer, 80, most=1000))
    assert sorted(found) == [*range(1, 41), *range(101, 141)]
    for start in (1, 21, 101, 121):
        assert [number for number in found if start <= number < start + 20] == [*range(start, start + 20)]
    consumer.commit()
    assert consumer.lag() == 0


def test_what_is_erased_keeps_its_place_and_the_rest_stays(event_log, consumer):
    """Listener 1's odd events go: what others read and count does not change by it."""
    others = replace(event(9), listener_id=uuid.UUID(int=2))
    event_log.append([event(1), others, event(2), event(3)])
    odd = 2 if event_log.finds_listeners else 0
    assert event_log.erase(uuid.UUID(int=1), lambda event: event.track_id % 2 == 1) == odd
    assert event_log.erase(uuid.UUID(int=1), lambda event: event.track_id % 2 == 1) == 0
    records = read(consumer, 4)
    erased = [event_log.finds_listeners, False, False, event_log.finds_listeners]
    assert [record.is_erased for record in records] == erased
    left = [9, 2] if event_log.finds_listeners else [1, 9, 2, 3]
    assert tracks(record for record in records if not record.is_erased) == left
    theirs = [event.track_id for event in event_log.of_listener(uuid.UUID(int=1))]
    assert theirs == ([2] if event_log.finds_listeners else [])
    assert (consumer.lag(), event_log.ends()) == (4, {0: 4})
    consumer.commit()
    assert consumer.lag() == 0


def test_an_erased_event_that_is_repeated_is_left_out():
    event_log = EmbeddedEventLog()
    event_log.append([event(1)])
    event_log.erase(uuid.UUID(int=1), lambda event: True)
    event_log.append([event(1)])
    assert event_log.ends() == {0: 1}


def test_what_is_set_aside_is_replayed_once_and_in_order(event_log, consumer):
    event_log.append([event(1), event(2), event(3)])
    first, second, _ = read(consumer, 3)
    event_log.set_aside(first, "first reason")
    event_log.set_aside(second, "second reason")
    consumer.commit()
    assert event_log.dead_letters() == 2
    expected = [((0, 0), "first reason"), ((0, 1), "second reason")]
    for is_dry, left in ((True, 2), (False, 0)):
        letters = event_log.replay(dry_run=is_dry)
        assert [((one.record.partition, one.record.offset), one.reason) for one in letters] == expected
        assert event_log.dead_letters() == left
    assert list(event_log.replay()) == []
    assert [(one.value, one.key) for one in read(consumer, 2)] == [(one.value, one.key) for one in (first, second)]
    assert nothing_comes(consumer)


def test_a_replay_has_its_limit(event_log, consumer):
    event_log.append([event(1), event(2), event(3)])
    for record in read(consumer, 3):
        event_log.set_aside(record, "bad")
    assert [one.record.offset for one in event_log.replay(limit=2)] == [0, 1]
    assert event_log.dead_letters() == 1
    assert [one.record.offset for one in event_log.replay(limit=2)] == [2]
