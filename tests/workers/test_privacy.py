"""A history that is cleared while the service runs, and while it is killed."""

import json
import re
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest

from streaming.events import Kind, PlaybackEvent
from streaming.lake import Lake
from tests.service import PATIENCE, Service, write_tones

EVENTS = 20_000
LISTENER, STRANGER = uuid.UUID(int=1), uuid.UUID(int=2)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def service(tmp_path) -> Iterator[Service]:
    service = Service(tmp_path)
    write_tones(tmp_path / "music", ["one", "two"])
    service.manage("migrate", "--verbosity", "0")
    service.manage("import_folder", str(tmp_path / "music"))
    yield service
    if service.process and service.process.poll() is None:
        service.kill()


def rows(service: Service, query: str, *values) -> list[tuple]:
    with closing(sqlite3.connect(service.var_dir / "db.sqlite3", timeout=PATIENCE)) as database:
        return database.execute(query, values).fetchall()


def wait_until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)


def in_lake(service: Service) -> list[uuid.UUID]:
    lake = Lake((service.var_dir / "lake").as_uri())
    return [uuid.UUID(bytes=one) for batch in lake.read(["listener_id"]) for one in batch["listener_id"].to_pylist()]


def fill(service: Service) -> None:
    """A long log of two listeners, as appending leaves it, written from outside."""
    ids = [uuid.UUID(int=n + 10) for n in range(EVENTS)]
    events = [
        PlaybackEvent(
            event_id=event_id,
            kind=Kind.FINISHED,
            listener_id=STRANGER if number % 10 == 0 else LISTENER,
            play_id=event_id,
            track_id=1,
            occurred_at=NOON,
            received_at=NOON,
        )
        for number, event_id in enumerate(ids)
    ]
    records = [
        (n, event.event_id.hex, str(event.listener_id), event.to_json(), NOON.isoformat(" "))
        for n, event in enumerate(events)
    ]
    with closing(sqlite3.connect(service.var_dir / "db.sqlite3")) as database, database:
        database.executemany(
            'INSERT INTO streaming_logrecord ("offset", event_id, "key", value, appended_at) VALUES (?,?,?,?,?)',
            records,
        )
        database.execute("INSERT INTO streaming_loghead (id, next_offset) VALUES (1, ?)", [EVENTS])


def test_killed_in_the_middle_the_next_start_goes_on(service):
    """Killed as soon as the log has lost the first of it; the clearing itself was answered before."""
    fill(service)
    service.start()
    lake = Lake((service.var_dir / "lake").as_uri())
    wait_until(lambda: lake.offset() == EVENTS)
    service.manage("shell", "-c", f"from streaming import privacy; privacy.clear({str(LISTENER)!r}, verdicts=True)")
    key = str(LISTENER)

    def left() -> int:
        return rows(service, 'SELECT COUNT(*) FROM streaming_logrecord WHERE "key" = ?', key)[0][0]

    wait_until(lambda: left() < EVENTS * 9 // 10)
    service.kill()
    assert left() > 0, "it was killed in the middle"
    assert rows(service, "SELECT COUNT(*) FROM streaming_erasure WHERE done_at IS NULL") == [(1,)]
    service.start()
    wait_until(lambda: rows(service, "SELECT COUNT(*) FROM streaming_erasure WHERE done_at IS NOT NULL") == [(1,)])
    assert left() == 0
    assert in_lake(service) == [STRANGER] * (EVENTS // 10)
    assert rows(service, "SELECT COUNT(*) FROM streaming_logrecord") == [(EVENTS,)]
    assert rows(service, "SELECT DISTINCT listener_id FROM streaming_play") == [(STRANGER.hex,)]
    assert service.stop() == 0
    assert "Traceback" not in service.output()


def test_cleared_while_one_listens_the_shelves_are_the_cold_ones_and_nothing_comes_back(service):
    address = service.start()
    ((track,),) = rows(service, "SELECT id FROM streaming_track LIMIT 1")
    with httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE) as browser:

        def version() -> int | None:
            return browser.get("/api/v1/recommendations/").json()["version"]

        def listen() -> None:
            play = {"event_id": str(uuid.uuid4()), "kind": "finished", "play_id": str(uuid.uuid4()), "track_id": track}
            play |= {"occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds")}
            assert browser.post("/api/v1/events/", json=play | {"played_ms": 2000, "duration_ms": 2000}).is_success

        def cold() -> int | None:
            """What whoever comes now is shown; a training may renew it at any time."""
            return httpx.get(f"{address}/api/v1/recommendations/", timeout=PATIENCE).json()["version"]

        wait_until(version)
        listen()
        wait_until(lambda: version() != cold())
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/your-data/clear/").text)[1]
        listen()  # on its way while it is cleared
        form = {"csrfmiddlewaretoken": token, "verdicts": "on"}
        assert "Your history is cleared" in browser.post("/your-data/clear/", data=form).text
        assert version() == cold()
        wait_until(lambda: rows(service, "SELECT COUNT(*) FROM streaming_erasure WHERE done_at IS NOT NULL") == [(1,)])
        assert rows(service, "SELECT COUNT(*) FROM streaming_play") == [(0,)]
        assert in_lake(service) == []
        assert json.loads(browser.get("/your-data/export.json").text)["events"] == []
        assert version() == cold()
        listen()
        wait_until(lambda: version() != cold())
    assert service.stop() == 0
    assert "Traceback" not in service.output()
