"""The whole service in one process, started as its users start it."""

import re
import sqlite3
import threading
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest

from streaming.lake import Lake
from tests.service import PATIENCE, Service, write_tones

NAMES = [f"tone {number}" for number in range(6)]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("service"))
    write_tones(service.var_dir / "music", NAMES)
    service.manage("migrate", "--verbosity", "0")
    service.manage("import_folder", str(service.var_dir / "music"))
    yield service
    if service.process and service.process.poll() is None:
        service.stop()


def rows(service: Service, query: str) -> list[tuple]:
    with closing(sqlite3.connect(service.var_dir / "db.sqlite3")) as database:
        return database.execute(query).fetchall()


def play(track_id: int) -> dict:
    return {
        "event_id": str(uuid.uuid4()),
        "kind": "finished",
        "play_id": str(uuid.uuid4()),
        "track_id": track_id,
        "played_ms": 2000,
        "duration_ms": 2000,
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def wait_until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.05)


def lag(service: Service) -> int:
    ((head,),) = rows(service, "SELECT COALESCE(MAX(next_offset), 0) FROM streaming_loghead")
    ((done,),) = rows(
        service, "SELECT COALESCE(MAX(next_offset), 0) FROM streaming_consumeroffset WHERE \"group\" = 'history'"
    )
    return head - done


def test_killed_in_the_middle_it_has_every_acknowledged_event_once(service):
    tracks = [pk for (pk,) in rows(service, "SELECT id FROM streaming_track")]
    acknowledged: set[str] = set()
    stopping = threading.Event()

    def listen(address: str) -> None:
        with httpx.Client(base_url=address) as client:
            while not stopping.is_set():
                events = [play(tracks[n % len(tracks)]) for n in range(5)]
                try:
                    if client.post("/api/v1/events/", json=events).status_code == 202:
                        acknowledged.update(event["play_id"] for event in events)
                except httpx.TransportError:
                    return

    for _ in range(3):
        stopping.clear()
        address = service.start()
        listeners = [threading.Thread(target=listen, args=(address,)) for _ in range(4)]
        for listener in listeners:
            listener.start()
        before = len(acknowledged)
        wait_until(lambda enough=before + 50: len(acknowledged) >= enough)
        service.kill()
        stopping.set()
        for listener in listeners:
            listener.join()

    service.start()
    wait_until(lambda: lag(service) == 0)
    saved = [uuid.UUID(pk) for (pk,) in rows(service, "SELECT id FROM streaming_play")]
    assert len(saved) == len(set(saved))
    assert {uuid.UUID(pk) for pk in acknowledged} <= set(saved)
    # Nobody made anything up: what is saved beyond was on the log, sent but not yet answered.
    ((logged,),) = rows(service, "SELECT COUNT(*) FROM streaming_logrecord")
    assert len(saved) == logged
    lake = Lake((service.var_dir / "lake").as_uri())
    wait_until(lambda: lake.offset() == logged)
    offsets = [offset for batch in lake.read(["offset"]) for offset in batch["offset"].to_pylist()]
    assert sorted(offsets) == [*range(logged)]
    wait_until(
        lambda: (
            not rows(
                service,
                "SELECT 1 FROM streaming_listener WHERE last_event_at IS NOT NULL AND id NOT IN "
                "(SELECT listener_id FROM recommender_recommendation WHERE listener_id IS NOT NULL)",
            )
        )
    )
    assert service.stop() == 0
    assert "Traceback" not in service.output()


def test_a_port_in_use_is_said_in_one_line(service):
    address = service.start()
    port = address.rpartition(":")[2]
    other = Service(service.var_dir)
    with pytest.raises(AssertionError, match=f"port {port} of 127.0.0.1 is in use"):
        other.manage("serve", "--port", port)
    assert service.stop() == 0


def test_whoever_signs_up_keeps_what_they_heard_and_the_shelves_made_from_it(service):
    address = service.start()
    ((track,),) = rows(service, "SELECT id FROM streaming_track LIMIT 1")
    with httpx.Client(base_url=address, follow_redirects=True) as browser:

        def shelves() -> dict:
            return browser.get("/api/v1/recommendations/").json()

        wait_until(lambda: shelves()["version"])
        cold = shelves()
        assert browser.post("/api/v1/events/", json=play(track)).status_code == 202
        wait_until(lambda: shelves()["version"] != cold["version"])
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/signup/").text)[1]
        account = {"username": "ada", "password1": "correct horse", "password2": "correct horse"}
        browser.post("/signup/", data=account | {"csrfmiddlewaretoken": token}, headers={"Referer": address})
        assert "ada" in browser.get("/history/").text
        wait_until(lambda: shelves()["version"] != cold["version"])
    ((plays,),) = rows(
        service,
        "SELECT COUNT(*) FROM streaming_play JOIN streaming_listener ON listener_id = streaming_listener.id "
        "WHERE user_id IS NOT NULL",
    )
    assert plays == 1
    assert service.stop() == 0
