"""The whole service in one process, with its queues, sockets and cache on a real Redis."""

import json
import uuid
from datetime import UTC, datetime

import httpx
from websockets.sync.client import connect

from tests.service import PATIENCE, Service, write_tones


def test_it_pushes_shelves_and_stops_cleanly(tmp_path, redis):
    service = Service(tmp_path)
    service.environment |= {
        "CELERY_BROKER_URL": redis.url(0),
        "CHANNEL_LAYER_URL": redis.url(1),
        "CACHE_URL": redis.url(2),
    }
    write_tones(tmp_path / "music", ["one", "two", "three"])
    service.manage("migrate", "--verbosity", "0")
    service.manage("import_folder", str(tmp_path / "music"))
    service.manage("train", "--algorithm", "popularity")
    service.start()
    try:
        assert _version_after_a_play(service.address) > 0
        assert service.stop() == 0
    finally:
        service.kill()
    assert "Traceback" not in service.output()


def _version_after_a_play(address: str) -> int:
    """How much newer the shelves are that the socket is sent, in milliseconds."""
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        client.get("/login/").raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        url = address.replace("http", "ws", 1) + "/ws/recommendations/"
        with connect(url, additional_headers={"Cookie": cookie}, origin=address, max_size=None) as socket:
            before = json.loads(socket.recv(timeout=PATIENCE))["version"]
            client.post("/api/v1/events/", json=_play()).raise_for_status()
            return json.loads(socket.recv(timeout=PATIENCE))["version"] - before


def _play() -> dict:
    return {
        "event_id": str(uuid.uuid4()),
        "kind": "finished",
        "play_id": str(uuid.uuid4()),
        "track_id": 1,
        "played_ms": 2_000,
        "duration_ms": 2_000,
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
