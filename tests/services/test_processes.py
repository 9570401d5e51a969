"""The processes of docker-compose.yml, run by its own commands, from a player's POST to the changed shelf."""

import json
import signal
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.services.conftest import PROCESSES
from tests.services.server import PATIENCE
from tests.services.stack import Stack, wait_until

pytestmark = pytest.mark.services


class Listener(ExitStack):
    """A browser: its cookie, and its socket with the shelves that it was shown last."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        address = stack.nginx.address
        self.client = self.enter_context(httpx.Client(base_url=address, timeout=PATIENCE))
        assert self.client.get("/login/").status_code == 200
        cookie = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        url = address.replace("http", "ws", 1) + "/ws/recommendations/"
        options = {"additional_headers": {"Cookie": cookie}, "origin": address, "max_size": None}
        self.socket = self.enter_context(connect(url, **options))
        self.shown = self.next()

    def next(self, timeout: float = PATIENCE) -> dict:
        self.shown = json.loads(self.socket.recv(timeout=timeout))
        return self.shown

    def play(self, track_id: int) -> httpx.Response:
        event = {
            "event_id": str(uuid.uuid4()),
            "kind": "finished",
            "play_id": str(uuid.uuid4()),
            "track_id": track_id,
            "played_ms": 2_000,
            "duration_ms": 2_000,
            "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        return self.client.post("/api/v1/events/", json=event)


@pytest.fixture
def listener(stack):
    with Listener(stack) as listener:
        yield listener


@pytest.fixture
def other(stack):
    with Listener(stack) as listener:
        yield listener


@pytest.fixture
def track_id(stack) -> int:
    with httpx.Client(base_url=stack.nginx.address, timeout=PATIENCE) as client:
        found = client.get("/api/v1/recommendations/").raise_for_status().json()
    return found["shelves"][0]["items"][0]["track"]["id"]


def test_a_play_changes_the_shelves_of_its_listener_alone(stack, listener, other, track_id):
    before = listener.shown["version"]
    response = listener.play(track_id)
    assert response.status_code == 202, response.text
    changed = listener.next()
    assert changed["version"] > before
    with pytest.raises(TimeoutError):
        other.next(timeout=0.5)


def test_refreshes_go_on_with_the_connections_that_there_are(stack, listener, track_id):
    listener.play(track_id)
    listener.next()
    before = _sessions(stack)
    for _ in range(10):
        listener.play(track_id)
        listener.next()
    # One is this test's own, and a pool may grow by a few.
    assert _sessions(stack) - before < 8


def _sessions(stack: Stack) -> int:
    """So many have ever been begun with the database."""
    with psycopg.connect(stack.postgres.url("musicapp")) as connection:
        found = connection.execute("SELECT sessions FROM pg_stat_database WHERE datname = 'musicapp'")
        return found.fetchone()[0]


def test_a_model_that_another_process_publishes_is_served(stack, listener, track_id):
    listener.play(track_id)
    before = _runs(listener)
    wait_until(lambda: _trained(stack), "the worker's own training", 2 * PATIENCE)
    listener.play(track_id)
    while listener.next() and not _runs(listener) - before:
        pass
    assert max(_runs(listener)) > max(before)


def _trained(stack: Stack) -> bool:
    """False while the worker is at a training of its own, as there is one at a time."""
    try:
        stack.run("training", "python", "manage.py", "train", "--algorithm", "popularity")
    except RuntimeError as error:
        if "another training holds" not in str(error):
            raise
        return False
    return True


def _runs(listener: Listener) -> set[int]:
    shelves = listener.client.get("/api/v1/recommendations/").raise_for_status().json()["shelves"]
    return {item["model_run"] for shelf in shelves for item in shelf["items"]}


def test_each_process_shows_what_it_counts(stack, listener, track_id):
    listener.play(track_id)
    listener.next()
    # Until an event, its effects and the shelves of it are counted.
    for name, counter in (
        ("web", "playback_events_accepted_total"),
        ("consumer", "playback_events_consumed_total"),
        ("refresh", "recommender_refresh_duration_seconds_count"),
    ):
        wait_until(
            lambda name=name, counter=counter: _counted(stack, name).get(counter, 0) >= 1, f"{counter} of {name}"
        )
    assert all(_counted(stack, name) for name in stack.metrics_ports)
    assert httpx.get(f"{stack.nginx.address}/metrics").status_code == 404


def _counted(stack: Stack, name: str) -> dict[str, float]:
    port = stack.metrics_ports.get(name, stack.web_port)
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE).raise_for_status().text
    return {one.name: one.value for family in text_string_to_metric_families(text) for one in family.samples}


def test_nginx_sends_the_audio(stack, track_id):
    with httpx.Client(base_url=stack.nginx.address, timeout=PATIENCE) as client:
        url = f"/audio/{track_id}"
        whole = client.get(url)
        files = {path.read_bytes() for path in stack.music.iterdir()}
        assert (whole.status_code, whole.headers["Content-Type"]) == (200, "audio/wav")
        assert whole.content in files
        part = client.get(url, headers={"Range": "bytes=1000-1999"})
        assert (part.status_code, part.content) == (206, whole.content[1000:2000])
        assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole.content)}"
        assert client.get(url, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
        # What the service would have said itself.
        assert "private" in whole.headers["Cache-Control"]
        assert "X-Accel-Redirect" not in whole.headers
        assert client.get(f"/audio/{10**6}").status_code == 404


def test_no_file_is_to_be_had_by_its_path(stack):
    for path in (f"/files{stack.music}/song 0.wav", f"/files{stack.state}/static/"):
        assert httpx.get(stack.nginx.address + path).status_code == 404


def test_nginx_sends_static_files_compressed_and_for_ever(stack):
    page = httpx.get(f"{stack.nginx.address}/login/").text
    url = page.split('<link rel="stylesheet" href="', 1)[1].split('"', 1)[0]
    response = httpx.get(stack.nginx.address + url)
    assert (response.status_code, response.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in response.headers["Cache-Control"]


def test_a_body_that_is_too_large_is_refused_in_json(stack):
    response = httpx.post(f"{stack.nginx.address}/api/v1/events/", content=b" " * (2 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert "2097152" in response.json()["error"]


def test_without_redis_pages_answer_and_events_are_taken(stack, listener, track_id):
    before = listener.shown["version"]
    stack.redis.kill()
    try:
        assert listener.client.get("/").status_code == 200
        assert listener.play(track_id).status_code == 202
    finally:
        stack.redis.run()
    # Nobody asks again: what was lost with Redis is found and made.
    wait_until(lambda: _version(listener) > before, "shelves from the play")
    listener.play(track_id)
    assert listener.next()["version"] > before


def _version(listener: Listener) -> int:
    return listener.client.get("/api/v1/recommendations/").raise_for_status().json()["version"]


def test_sockets_are_told_that_the_service_restarts(stack, listener):
    process = stack.processes["sockets"]
    before = len(process.output())
    status = process.stop()
    with pytest.raises(ConnectionClosed) as closed:
        listener.next()
    # By RFC 6455's registry; the player comes again.
    assert closed.value.rcvd.code == 1012
    # uvicorn raises the signal anew once it is done.
    assert status in (0, -signal.SIGTERM)
    assert "Traceback" not in process.output()[before:]
    stack.start(["sockets"])


@pytest.mark.parametrize("name", [name for name in PROCESSES if name != "sockets"])
def test_it_ends_when_it_is_asked_to(stack, name):
    process = stack.processes[name]
    before = len(process.output())
    assert process.stop() == 0, process.output()[-3000:]
    assert "Traceback" not in process.output()[before:]
    stack.start([name])
