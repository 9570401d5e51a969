"""Records that were set aside twice, as by a consumer that was killed before its commit."""

from contextlib import closing

import pytest

from streaming.events.kafka.log import KafkaEventLog
from tests.streaming.events.kafka.likes import like, read_until


@pytest.fixture
def log(kafka_log) -> KafkaEventLog:
    return kafka_log()


@pytest.fixture
def killed(log) -> KafkaEventLog:
    """Its records 1 to 4 were set aside, and once more by the next consumer, with another one behind them."""
    log.append([like(number) for number in range(1, 6)])
    for count in (4, 5):
        with closing(log.consumer("history")) as consumer:
            records = []
            while len(records) < count:
                records += consumer.poll(max_records=count - len(records), timeout=10)
            for record in records:
                log.set_aside(record, "refused")
    assert log.dead_letters() == 9
    return log


def test_each_is_listed_and_replayed_once(killed):
    listed = [letter.record.offset for letter in killed.replay(dry_run=True)]
    assert listed == [0, 1, 2, 3, 4]
    assert [letter.record.offset for letter in killed.replay()] == listed
    assert killed.dead_letters() == 0
    assert sum(killed.ends().values()) == 10


def test_what_an_earlier_replay_sent_is_not_sent_again(killed):
    found = []
    for limit in (3, 3, 3):
        found.append([letter.record.offset for letter in killed.replay(limit=limit)])
    assert found == [[0, 1, 2], [3, 4], []]
    assert killed.dead_letters() == 0
    with closing(killed.consumer("readers")) as consumer:
        assert read_until(consumer, lambda found: len(found) == 10) == [1, 2, 3, 4, 5] * 2


def test_what_is_refused_again_is_a_letter_of_its_own(killed):
    list(killed.replay())
    with closing(killed.consumer("history")) as consumer:
        records = []
        while len(records) < 10:
            records += consumer.poll(max_records=10, timeout=10)
    killed.set_aside(records[5], "refused")
    assert [letter.record.offset for letter in killed.replay()] == [5]
