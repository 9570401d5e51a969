"""What every event log must do, whichever backend keeps it."""

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection

from streaming.events import Kind, PlaybackEvent
from streaming.events.embedded import EmbeddedEventLog

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[EmbeddedEventLog], ids=["embedded"])
def event_log(request):
    return request.param()


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


def poll(consumer, most=100, timeout=0.0) -> list[int]:
    return tracks(consumer.poll(max_records=most, timeout=timeout))


def test_events_are_read_in_their_order(event_log):
    event_log.append([event(2), event(1)])
    event_log.append([event(3)])
    assert poll(event_log.consumer("readers")) == [2, 1, 3]


def test_an_empty_log_is_waited_for_in_vain(event_log):
    assert poll(event_log.consumer("readers"), timeout=0.05) == []


def test_a_batch_is_as_large_as_asked_for(event_log):
    event_log.append([event(n) for n in range(1, 6)])
    consumer = event_log.consumer("readers")
    assert [poll(consumer, most=2), poll(consumer, most=2), poll(consumer, most=2)] == [[1, 2], [3, 4], [5]]


def test_what_was_not_committed_comes_again(event_log):
    event_log.append([event(1), event(2), event(3)])
    first = event_log.consumer("readers")
    poll(first, most=1)
    first.commit()
    assert poll(first) == [2, 3]
    assert poll(event_log.consumer("readers")) == [2, 3]


def test_groups_read_for_themselves(event_log):
    event_log.append([event(1)])
    one = event_log.consumer("one")
    poll(one)
    one.commit()
    assert poll(event_log.consumer("one")) == []
    assert poll(event_log.consumer("two")) == [1]


def test_lag_counts_what_is_not_committed(event_log):
    consumer = event_log.consumer("readers")
    assert consumer.lag() == 0
    event_log.append([event(1), event(2), event(3)])
    poll(consumer, most=2)
    assert consumer.lag() == 3
    consumer.commit()
    assert consumer.lag() == 1


def test_a_repeated_event_is_left_out(event_log):
    event_log.append([event(1), event(2), event(1)])
    event_log.append([event(2), event(3)])
    assert poll(event_log.consumer("readers")) == [1, 2, 3]


def test_a_waiting_consumer_is_woken(event_log):
    consumer = event_log.consumer("readers")
    heard = []
    waiting = threading.Thread(target=lambda: heard.extend(poll(consumer, timeout=30)) or connection.close())
    waiting.start()
    event_log.append([event(1)])
    waiting.join(30)
    assert heard == [1]


def test_appends_of_many_threads_are_all_there_once(event_log):
    def append(start: int) -> None:
        for number in range(start, start + 20):
            event_log.append([event(number)])
        connection.close()

    threads = [threading.Thread(target=append, args=(start,)) for start in (1, 11, 101, 111)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    consumer = event_log.consumer("readers")
    read = poll(consumer, most=1000)
    assert sorted(read) == [*range(1, 31), *range(101, 131)]
    consumer.commit()
    assert consumer.lag() == 0


def test_what_is_erased_keeps_its_place_and_the_rest_stays(event_log):
    """Listener 1's odd events go: what others read and count does not change by it."""
    others = replace(event(9), listener_id=uuid.UUID(int=2))
    event_log.append([event(1), others, event(2), event(3)])
    consumer = event_log.consumer("readers")
    assert event_log.erase(uuid.UUID(int=1), lambda event: event.track_id % 2 == 1) == 2
    assert event_log.erase(uuid.UUID(int=1), lambda event: event.track_id % 2 == 1) == 0
    records = consumer.poll(max_records=100, timeout=0)
    assert [record.is_erased for record in records] == [True, False, False, True]
    assert tracks(record for record in records if not record.is_erased) == [9, 2]
    assert [event.track_id for event in event_log.of_listener(uuid.UUID(int=1))] == [2]
    assert (consumer.lag(), event_log.end()) == (4, 4)
    consumer.commit()
    assert consumer.lag() == 0


def test_an_erased_event_that_is_repeated_is_left_out(event_log):
    event_log.append([event(1)])
    event_log.erase(uuid.UUID(int=1), lambda event: True)
    event_log.append([event(1)])
    assert event_log.end() == 1
