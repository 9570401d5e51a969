"""From the log to the history, and what cannot go that way; on both logs."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from streaming.events import EventLog, Kind, event_log
from streaming.events.kafka.producer import Message
from streaming.models import Like, LogHead, LogRecord, Play
from tests.service import PATIENCE, PROJECT
from tests.streaming.said import event, everything
from workers.consumer import HistoryConsumer

# What is no event: not text, not JSON, nested without end, no object, of no known kind, and a name that is no text.
WHOSE = b'"listener_id": "00000000-0000-0000-0000-000000000001", "received_at": "2026-11-20T12:00:00Z"'
BAD = [b"\xff\xfe", b"{", b"[" * 100_000, b"7", b'{"kind": "paused", %s}' % WHOSE, b'{"\\ud83d": 1, %s}' % WHOSE]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["embedded", "kafka"])
def log(request) -> EventLog:
    return event_log() if request.param == "embedded" else request.getfixturevalue("kafka_event_log")


@contextmanager
def refusing(source: str) -> Iterator[None]:
    """A database that does not take plays of this source."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER refusal BEFORE INSERT ON streaming_play "
            f"WHEN NEW.source = '{source}' BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refusal")


def consume(count: int) -> None:
    """So many records."""
    deadline = time.monotonic() + PATIENCE
    with closing(HistoryConsumer()) as consumer:
        done = 0
        while done < count:
            assert time.monotonic() < deadline, f"{count} records were to come, and {done} came"
            done += consumer.run_cycle()
        assert event_log().lag()["history"].keys() == event_log().ends().keys()
        assert sum(event_log().lag()["history"].values()) == 0


def test_of_a_batch_only_the_refused_events_are_set_aside_and_replayed_later(log, listener, track):
    if connection.vendor != "sqlite":
        pytest.skip("the trigger is SQLite's")
    events = [event(listener, Kind.FINISHED, track, source=f"album:{n % 10}") for n in range(50)]
    log.append(events)
    with refusing("album:3"):
        consume(50)
    bad = [one.play_id for one in events if one.source == "album:3"]
    assert log.dead_letters() == 5
    assert set(Play.objects.values_list("id", flat=True)) == {one.play_id for one in events} - set(bad)
    letters = list(log.replay())
    assert len(letters) == 5
    assert all(letter.reason == "the database refused it: not this one" for letter in letters)
    consume(5)
    assert Play.objects.filter(id__in=bad).count() == 5
    assert log.dead_letters() == 0


def test_what_is_refused_again_waits_for_the_next_replay(log, listener, track):
    if connection.vendor != "sqlite":
        pytest.skip("the trigger is SQLite's")
    log.append([event(listener, Kind.FINISHED, track, source="bad")])
    with refusing("bad"):
        consume(1)
        assert len(list(log.replay())) == 1
        consume(1)
    assert log.dead_letters() == 1
    assert len(list(log.replay())) == 1
    consume(1)
    assert Play.objects.count() == 1


def test_what_can_be_read_by_nobody_costs_only_itself(kafka_event_log, listener, track):
    for value in BAD:
        kafka_event_log._producer.send(kafka_event_log.address.topic, [Message(None, value)])
    kafka_event_log.append([event(listener, Kind.LIKED, track)])
    consume(len(BAD) + 1)
    assert Like.objects.count() == 1
    assert kafka_event_log.dead_letters() == len(BAD)
    letters = {
        letter.record.value.encode("utf-8", "surrogateescape"): letter.reason for letter in kafka_event_log.replay()
    }
    assert letters.keys() == set(BAD)
    assert "is not JSON" in letters[b"{"]
    assert letters[BAD[4]].startswith("kind: 'paused' is unknown")
    assert letters[BAD[5]] == r"\ud83d: is not a field of a playback event"


def test_what_can_be_read_by_nobody_is_set_aside_by_the_embedded_log(listener, track):
    texts = [value.decode() for value in BAD[1:]]
    LogRecord.objects.bulk_create(
        LogRecord(offset=n, event_id=uuid.uuid4(), key="", value=text) for n, text in enumerate(texts)
    )
    LogHead.objects.create(pk=1, next_offset=len(texts))
    event_log().append([event(listener, Kind.LIKED, track)])
    consume(len(texts) + 1)
    assert Like.objects.count() == 1
    assert {letter.record.value for letter in event_log().replay(dry_run=True)} == set(texts)


def test_a_repeat_on_the_log_changes_nothing(kafka_event_log, listener, track):
    said = everything(listener, track)
    kafka_event_log.append(said)
    consume(4)
    tables = [list(rows) for rows in (listener.plays.values(), listener.likes.values(), listener.searches.values())]
    kafka_event_log.append(said)
    consume(4)
    again = [list(rows) for rows in (listener.plays.values(), listener.likes.values(), listener.searches.values())]
    assert again == tables


def test_told_to_stop_it_finishes_and_leaves(kafka_event_log, state):
    """By a real process, which waits for its database at first: it has no tables yet."""
    environment = os.environ | {
        "VAR_DIR": str(state),
        "DJANGO_SETTINGS_MODULE": "musicapp.settings",
        "EVENT_LOG_URL": str(kafka_event_log.address),
    }
    command = [sys.executable, "manage.py", "consume"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as p:
        assert p.stdout.readline() == "Consuming playback events\n"
        assert "the consumer waits, and tries again until it can go on: no such table" in p.stderr.readline()
        p.send_signal(signal.SIGTERM)
        assert p.wait(PATIENCE) == 0
        assert p.stderr.read() == ""
