"""Events on their way from the log to the lake, by a real process that is killed in the middle."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from streaming import erasures, privacy
from streaming.events import Kind, PlaybackEvent, event_log
from streaming.lake import Lake, LakeUnavailable, lake
from streaming.models import ConsumerOffset, Listener, LogHead, LogRecord
from tests.service import PATIENCE, PROJECT
from workers.lake import BATCH, LakeConsumer, _parts, run

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def event(number: int) -> PlaybackEvent:
    return PlaybackEvent(
        event_id=uuid.UUID(int=number),
        kind=Kind.LIKED,
        listener_id=uuid.UUID(int=1),
        track_id=number,
        occurred_at=NOON,
        received_at=NOON,
    )


def rows(of: Lake) -> list[tuple[int, int]]:
    """Offsets and tracks, in order."""
    batches = of.read(["offset", "track_id"])
    return sorted(pair for batch in batches for pair in zip(*batch.to_pydict().values(), strict=True))


def write_all() -> None:
    consumer = LakeConsumer()
    while consumer.run_cycle():
        pass


@pytest.mark.django_db
def test_the_lake_holds_what_the_log_holds():
    event_log().append([event(5), event(3)])
    write_all()
    event_log().append([event(4)])
    write_all()
    assert rows(lake()) == [(0, 5), (1, 3), (2, 4)]


@pytest.mark.django_db
def test_what_is_no_event_is_left_out():
    event_log().append([event(1)])
    LogRecord.objects.create(offset=1, event_id=uuid.uuid4(), key="", value="{}")
    LogHead.objects.update(next_offset=2)
    event_log().append([event(2)])
    write_all()
    assert rows(lake()) == [(0, 1), (2, 2)]


@pytest.mark.django_db
def test_a_batch_that_comes_again_changes_nothing():
    """Killed after the lake's commit and before the log's."""
    event_log().append([event(1), event(2)])
    write_all()
    ConsumerOffset.objects.update(next_offset=1)
    event_log().append([event(3)])
    write_all()
    assert rows(lake()) == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.django_db
def test_a_new_lake_begins_with_the_first_event(settings):
    event_log().append([event(1), event(2)])
    write_all()
    settings.LAKE_URL += "-new"
    write_all()
    assert rows(lake()) == [(0, 1), (1, 2)]


@pytest.mark.django_db
def test_a_lake_of_another_log_is_refused():
    """The database was made anew and the lake was not: the same offsets are other events."""
    event_log().append([event(1), event(2), event(3)])
    write_all()
    for model in (LogRecord, LogHead, ConsumerOffset):
        model.objects.all().delete()
    event_log().append([event(8)])
    with pytest.raises(LakeUnavailable, match="up to offset 3, and this log ended at 1. Move the lake away"):
        write_all()
    assert rows(lake()) == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.django_db
def test_a_log_of_several_partitions_is_in_the_lake_once(kafka_event_log):
    """Forty listeners in three partitions; a writer that adds a batch and is gone before its commit, then another."""
    said = [replace(event(n), listener_id=uuid.UUID(int=n)) for n in range(1, 41)]
    kafka_event_log.append(said)
    killed = LakeConsumer()
    records: list = []
    wait_until(lambda: records.extend(killed._log.poll(max_records=100, timeout=1)) or len(records) == 40)
    lake().append_parts(_parts(records))
    killed.close()
    kafka_event_log.append([replace(event(50), listener_id=uuid.UUID(int=1))])
    again = LakeConsumer()
    wait_until(lambda: again.run_cycle(timeout=1) and len(rows(lake())) == 41)
    again.close()
    assert sorted(track for _, track in rows(lake())) == [*range(1, 41), 50]
    ends = {kafka_event_log.partition_name(number): end for number, end in kafka_event_log.ends().items()}
    assert lake().offsets(ends) == ends
    assert len([end for end in ends.values() if end]) > 1


@pytest.mark.django_db
def test_a_lake_of_the_embedded_log_is_not_mixed_with_another(kafka_event_log):
    lake().append({0: event(1)}, up_to_offset=1)
    with pytest.raises(LakeUnavailable, match="up to offset 1, and this log ended at 0. Move the lake away"):
        LakeConsumer()


@pytest.mark.django_db
def test_what_a_log_cannot_erase_the_lake_forgets(kafka_event_log, track):
    """Events that wait on the log for their listener's clearing, and those that the lake has already."""
    listeners = [Listener.objects.create() for _ in range(2)]
    for one in listeners:
        kafka_event_log.append([replace(event(track.pk), listener_id=one.pk, received_at=timezone.now())])
    write_until(2)
    kafka_event_log.append([replace(event(track.pk), listener_id=listeners[0].pk, received_at=timezone.now())])
    privacy.clear(listeners[0].pk, verdicts=True)
    assert erasures.finish() == 0, "the lake has yet to meet what lies on the log"
    write_until(3)
    assert erasures.finish() == 1
    found = [uuid.UUID(bytes=one) for batch in lake().read(["listener_id"]) for one in batch["listener_id"].to_pylist()]
    assert found == [listeners[1].pk]
    assert [one.listener_id for one in lake().of_listener(listeners[1].pk)] == [listeners[1].pk]


def write_until(offsets: int) -> None:
    """Until the lake holds so many records of the log."""
    names = [event_log().partition_name(number) for number in event_log().ends()]
    consumer = LakeConsumer()
    wait_until(lambda: consumer.run_cycle(timeout=1) is not None and sum(lake().offsets(names).values()) == offsets)
    consumer.close()


@pytest.mark.django_db(transaction=True)
def test_a_store_that_was_away_is_tried_again(state, monkeypatch, caplog):
    monkeypatch.setattr("workers.outage.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("workers.lake.PAUSE", 0.01)
    in_its_way = state / "lake"
    in_its_way.touch()
    event_log().append([event(1)])
    stopping = threading.Event()
    thread = threading.Thread(target=run, args=[stopping])
    thread.start()
    try:
        wait_until(lambda: "the lake's writer waits, and tries again" in caplog.text)
        in_its_way.unlink()
        wait_until(lambda: rows(lake()) == [(0, 1)])
    finally:
        stopping.set()
        thread.join()


def test_a_wrong_url_ends_the_command(settings):
    settings.LAKE_URL = "ftp://lake"
    with pytest.raises(CommandError, match="LAKE_URL is 'ftp://lake'; it has to be"):
        call_command("write_lake")


class Writer:
    """`manage.py write_lake` over a state folder of its own."""

    def __init__(self, var_dir: Path):
        self.environment = os.environ | {"VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "musicapp.settings"}
        self.lake = Lake((var_dir / "lake").as_uri())
        self.database = var_dir / "db.sqlite3"
        with self._managing("migrate", "--verbosity", "0") as process:
            assert process.wait(PATIENCE) == 0

    def _managing(self, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=subprocess.PIPE, text=True)

    @contextmanager
    def writing(self) -> Iterator[subprocess.Popen]:
        """The process, killed when the block ends."""
        with self._managing("write_lake") as process:
            assert process.stdout.readline() == f"Writing events to {self.lake.url}\n"
            yield process
            process.kill()

    def log(self, start: int, end: int) -> None:
        """What appending these events leaves in the tables of the log, written from outside."""
        records = [
            (n, uuid.UUID(int=n + 1).hex, "", event(n + 1).to_json(), NOON.isoformat(" ")) for n in range(start, end)
        ]
        with closing(sqlite3.connect(self.database, timeout=PATIENCE)) as database, database:
            database.executemany(
                'INSERT INTO streaming_logrecord ("offset", event_id, "key", value, appended_at) VALUES (?,?,?,?,?)',
                records,
            )
            database.execute("INSERT OR REPLACE INTO streaming_loghead (id, next_offset) VALUES (1, ?)", [end])


@pytest.fixture
def writer(tmp_path) -> Iterator[Writer]:
    return Writer(tmp_path)


def test_killed_in_the_middle_every_event_is_in_the_lake_once(writer):
    """Eight batches, and three times the process is killed as soon as one of them is in the lake."""
    events = 8 * BATCH
    writer.log(0, events)
    for _ in range(3):
        before = writer.lake.offset()
        with writer.writing():
            wait_until(lambda before=before: writer.lake.offset() > before)
    assert before < writer.lake.offset() < events
    with writer.writing():
        wait_until(lambda: writer.lake.offset() == events)
    assert rows(writer.lake) == [(n, n + 1) for n in range(events)]


def test_it_ends_when_it_is_told_to(writer):
    with writer.writing() as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def wait_until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)
