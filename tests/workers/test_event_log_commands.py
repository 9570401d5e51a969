"""The commands about the event log."""

import json
import uuid
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from streaming.events import Kind, event_log
from streaming.events.kafka.log import KafkaEventLog
from streaming.models import DeadLetter
from tests.streaming.said import event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def new_topic(kafka, settings) -> str:
    """The name of a topic that is not there yet."""
    topic = f"events-{uuid.uuid4()}"
    settings.EVENT_LOG_URL = kafka.url(topic)
    log = event_log()
    yield topic
    log.close()


def test_topics_are_made_once(new_topic, capsys):
    call_command("create_topics", "--partitions", "3")
    made = capsys.readouterr().out.splitlines()
    assert made[:2] == [f"{new_topic}: made, partitions: 3", f"{new_topic}-dead-letters: made, partitions: 1"]
    assert [line.partition(":")[0] for line in made[2:]] == ["recommendation-requests", "recommendation-results"]
    assert event_log().ends() == {0: 0, 1: 0, 2: 0}
    call_command("create_topics", "--partitions", "4")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{new_topic}: is there with 3 partitions instead of 4, and stays so")
    assert said[1] == f"{new_topic}-dead-letters: is there, partitions: 1"
    assert event_log().ends() == {0: 0, 1: 0, 2: 0}


def test_topics_that_cannot_be_made_are_named(new_topic, settings):
    with pytest.raises(CommandError, match=rf"topic {new_topic} at kafka://.* cannot be made: .*[Rr]eplication"):
        call_command("create_topics", "--replication", "3")
    with pytest.raises(CommandError, match="--partitions is 0; it has to be 1 or more"):
        call_command("create_topics", "--partitions", "0")
    settings.EVENT_LOG_URL = "kafka://127.0.0.1:1/events"
    with pytest.raises(CommandError, match="cannot be reached: 127.0.0.1:1: Connection refused"):
        call_command("create_topics")
    settings.EVENT_LOG_URL = "embedded:"
    with pytest.raises(CommandError, match="EVENT_LOG_URL is 'embedded:'; it has to be like kafka://HOST:9092"):
        call_command("create_topics")
    with pytest.raises(CommandError, match="requests are answered on Kafka alone: EVENT_LOG_URL is 'embedded:'"):
        call_command("answer_requests")


def read_all(log: KafkaEventLog, count: int) -> list:
    found = []
    with closing(log.consumer("history")) as consumer:
        while len(found) < count:
            found += consumer.poll(max_records=10, timeout=10)
        consumer.commit()
    return found


def test_lag_dead_letters_and_what_waits_are_told(kafka_event_log, listener, track, capsys):
    kafka_event_log.append([event(listener, Kind.LIKED, track) for _ in range(3)])
    (record, *_) = read_all(kafka_event_log, 3)
    kafka_event_log.append([event(listener, Kind.LIKED, track)])
    kafka_event_log.set_aside(record, "no such kind")
    call_command("event_log_status", "--json")
    told = json.loads(capsys.readouterr().out)
    number = str(record.partition)
    assert (told["url"], told["waiting"], told["dead_letters"]) == (str(kafka_event_log.address), 0, 1)
    assert told["ends"] == {one: 4 if one == number else 0 for one in "012"}
    assert told["lag"] == {"history": {one: 1 if one == number else 0 for one in "012"}}
    call_command("event_log_status")
    lines = capsys.readouterr().out.splitlines()
    assert "  dead letters: 1" in lines
    assert "group history: lag 1" in lines
    assert f"  partition {number}: 1" in lines


def test_the_embedded_log_is_told_of_in_the_same_way(listener, track, capsys):
    event_log().append([event(listener, Kind.LIKED, track)])
    call_command("event_log_status")
    assert capsys.readouterr().out.splitlines() == [
        "event log: embedded:",
        "  events: 1, partitions: 1",
        "  waiting on this machine: 0",
        "  dead letters: 0",
    ]


def test_a_log_that_is_away_is_told_with_what_waits_for_it(kafka, state, settings, listener, track):
    settings.EVENT_LOG_URL = "kafka://127.0.0.1:1/events"
    event_log().append([event(listener, Kind.LIKED, track)])
    with pytest.raises(CommandError, match="cannot be reached: .*; waiting on this machine: 1"):
        call_command("event_log_status")
    event_log().close()


@pytest.mark.parametrize("log", ["embedded", "kafka_event_log"])
def test_dead_letters_are_replayed_and_counted(request, log, listener, track, capsys):
    log = event_log() if log == "embedded" else request.getfixturevalue(log)
    log.append([event(listener, Kind.LIKED, track) for _ in range(3)])
    for record in read_all(log, 3):
        log.set_aside(record, "no such kind")
    call_command("replay_dead_letters", "--dry-run")
    assert capsys.readouterr().out.splitlines()[-1] == "would be replayed: 3, dead letters left: 3"
    call_command("replay_dead_letters", "--limit", "2")
    *letters, count = capsys.readouterr().out.splitlines()
    assert count == "replayed: 2, dead letters left: 1"
    assert letters[0].endswith(": no such kind")
    call_command("replay_dead_letters")
    assert capsys.readouterr().out.splitlines()[-1] == "replayed: 1, dead letters left: 0"
    assert sum(log.ends().values()) == 6
    with pytest.raises(CommandError, match="--limit is 0; it has to be 1 or more"):
        call_command("replay_dead_letters", "--limit", "0")
    assert not DeadLetter.objects.exists()
