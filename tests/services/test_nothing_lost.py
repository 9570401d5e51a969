"""Whichever part of the service is killed: what was acknowledged is in the history once, and the shelves follow.

NOTHING_LOST_EVENTS says how many events are replayed; `make test-nothing-lost` replays 50,000.
"""

import json
import os
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import httpx
import psycopg
import pytest

from streaming.events.kafka.address import Address
from streaming.events.kafka.consumer import TopicConsumer
from streaming.events.kafka.producer import Message, Producer
from tests.services.server import PATIENCE
from tests.services.stack import Stack, wait_until

pytestmark = pytest.mark.services

EVENTS = int(os.environ.get("NOTHING_LOST_EVENTS", "5000"))
# Each is away while a share of the events comes.
PARTS = ("kafka", "redis", "mongo", "postgres", "consumer", "refresh", "web")
# Without these there are no pages.
NEEDED = {"postgres", "web"}
PLAYERS = 8
# Events of one call, and seconds that a part is away.
BATCH, AWAY = 20, 2.0
# Of so many events one is a search.
SEARCHES = 10
BAD = [b"no event", b"{}", b'{"kind": "finished"}', b"\xff\xfe", b"[]"]
STALE = """
    SELECT count(*) FROM streaming_listener l WHERE l.id = ANY(%s) AND NOT EXISTS (
        SELECT 1 FROM recommender_recommendation r
        WHERE r.listener_id = l.id AND r.replaced_at IS NULL AND r.created_at >= l.last_event_at)
"""


class Player(ExitStack):
    """Keeps its events until they are acknowledged, as a browser does."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.client = self.enter_context(httpx.Client(base_url=address, timeout=PATIENCE))
        self.client.get("/login/").raise_for_status()
        self.played: dict[uuid.UUID, tuple[int, str, int]] = {}
        self.searched: dict[uuid.UUID, str] = {}
        self.sent_again = 0

    def send(self, events: list[dict]) -> None:
        """Again and again, until they are acknowledged."""
        deadline = time.monotonic() + 3 * PATIENCE
        while not self._acknowledged(events):
            assert time.monotonic() < deadline, "nobody takes the events"
            self.sent_again += 1
            time.sleep(0.2)
        for event in events:
            if event["kind"] == "searched":
                self.searched[uuid.UUID(event["event_id"])] = event["query"]
            else:
                self.played[uuid.UUID(event["play_id"])] = (event["track_id"], event["kind"], event["played_ms"])

    def _acknowledged(self, events: list[dict]) -> bool:
        try:
            response = self.client.post("/api/v1/events/", json=events)
        except httpx.TransportError:
            return False
        assert response.status_code in (202, 503), response.text
        if response.status_code == 202:
            assert response.json() == {"accepted": len(events), "rejected": []}
        return response.status_code == 202


class Replay:
    """Shares of the events, sent by all players at once."""

    def __init__(self, players: list[Player], track_ids: list[int]) -> None:
        self.players = players
        self.track_ids = track_ids
        self.sent = 0
        self.acknowledged = threading.Semaphore(0)

    def send(self, number: int, pool: ThreadPoolExecutor) -> list[Future]:
        """Begins to send so many events; returns when a third of them is acknowledged, a future a player for the
        others."""
        self.acknowledged = threading.Semaphore(0)
        shares = [[] for _ in self.players]
        for place in range(0, number, BATCH):
            size = min(BATCH, number - place)
            shares[place // BATCH % len(shares)].append([self._event() for _ in range(size)])
        sending = [pool.submit(self._send, *pair) for pair in zip(self.players, shares, strict=True)]
        for _ in range(number // BATCH // 3):
            assert self.acknowledged.acquire(timeout=PATIENCE)
        return sending

    def _send(self, player: Player, batches: list[list[dict]]) -> None:
        for batch in batches:
            player.send(batch)
            self.acknowledged.release()

    def _event(self) -> dict:
        self.sent += 1
        said = {"event_id": str(uuid.uuid4()), "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds")}
        if self.sent % SEARCHES == 0:
            return said | {"kind": "searched", "query": f"search {self.sent}"}
        return said | {
            "kind": "skipped" if self.sent % 3 == 0 else "finished",
            "play_id": str(uuid.uuid4()),
            "track_id": self.track_ids[self.sent % len(self.track_ids)],
            "played_ms": self.sent,
            "duration_ms": 100_000,
        }


@pytest.fixture(scope="module")
def database(stack) -> Iterator[psycopg.Connection]:
    """Of the service, as it is after all."""
    with psycopg.connect(stack.postgres.url("musicapp"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def replay(stack) -> Iterator[Replay]:
    """All events, acknowledged, while each part was killed and came again."""
    with ExitStack() as players, ThreadPoolExecutor(PLAYERS) as pool:
        replay = Replay([players.enter_context(Player(stack.nginx.address)) for _ in range(PLAYERS)], _track_ids(stack))
        for number, name in enumerate(PARTS):
            _put_bad_ones(stack)
            sending = replay.send(EVENTS * (number + 1) // len(PARTS) - EVENTS * number // len(PARTS), pool)
            _without(stack, name, replay.track_ids[0])
            for future in sending:
                future.result()
        wait_until(lambda: _is_drained(stack), "the log to be read", 4 * PATIENCE)
        yield replay


def _track_ids(stack: Stack) -> list[int]:
    found = httpx.get(f"{stack.nginx.address}/api/v1/recommendations/", timeout=PATIENCE).raise_for_status().json()
    return [item["track"]["id"] for item in found["shelves"][0]["items"]]


def _without(stack: Stack, name: str, track_id: int) -> None:
    """Kills a part and browses, before it comes again."""
    stack.kill(name)
    try:
        with httpx.Client(base_url=stack.nginx.address, timeout=PATIENCE) as client:
            page, audio = client.get("/"), client.get(f"/audio/{track_id}")
        wanted = 503 if name in NEEDED else 200
        assert (name, page.status_code, audio.status_code) == (name, wanted, wanted), page.text
        if name in NEEDED:
            assert "will be back" in page.text
            assert "Retry-After" in page.headers
        time.sleep(AWAY)
    finally:
        stack.restart(name)


def _address(stack: Stack) -> Address:
    return Address.of(stack.environment("consumer")["EVENT_LOG_URL"])


def _put_bad_ones(stack: Stack) -> None:
    address = _address(stack)
    with closing(Producer(address)) as producer:
        producer.send(address.topic, [Message(None, value) for value in BAD])


def _status(stack: Stack) -> dict:
    return json.loads(stack.run("consumer", "python", "manage.py", "event_log_status", "--json"))


def _is_drained(stack: Stack) -> bool:
    status = _status(stack)
    behind = sum(sum(partitions.values()) for partitions in status["lag"].values())
    return behind == 0 and status["waiting"] == 0


def test_every_acknowledged_event_is_in_the_history_once(replay, database):
    for player in replay.players:
        rows = database.execute("SELECT listener_id FROM streaming_play WHERE id = ANY(%s)", [list(player.played)])
        (listener_id,) = {row[0] for row in rows}
        rows = database.execute(
            "SELECT id, track_id, outcome, played_ms FROM streaming_play WHERE listener_id = %s", [listener_id]
        ).fetchall()
        assert {row[0]: row[1:] for row in rows} == player.played
        assert len(rows) == len(player.played)
        rows = database.execute("SELECT id, query FROM streaming_search WHERE listener_id = %s", [listener_id])
        assert dict(rows.fetchall()) == player.searched
    assert sum(len(player.played) + len(player.searched) for player in replay.players) == EVENTS


def test_play_counts_agree(replay, database):
    sent = Counter(track_id for player in replay.players for track_id, *_ in player.played.values())
    ids = [play_id for player in replay.players for play_id in player.played]
    rows = database.execute("SELECT track_id, count(*) FROM streaming_play WHERE id = ANY(%s) GROUP BY 1", [ids])
    assert dict(rows.fetchall()) == sent


def test_only_what_was_bad_is_a_dead_letter(stack, replay):
    address = _address(stack)
    with closing(TopicConsumer(address, address.dead_letters, str(uuid.uuid4()))) as letters:
        found = []
        while letters.lag() > 0:
            found += letters.poll(max_records=1000, timeout=1)
            letters.commit()
    # Killed between setting one aside and noting it, the consumer sets it aside again.
    places = {tuple(sorted((name, at) for name, at in one.headers if name in ("partition", "offset"))) for one in found}
    assert len(places) == len(PARTS) * len(BAD)
    assert {one.value for one in found} == set(BAD)


def test_the_shelves_are_fresh(stack, replay, database):
    ids = [play_id for player in replay.players for play_id in player.played]
    rows = database.execute("SELECT DISTINCT listener_id FROM streaming_play WHERE id = ANY(%s)", [ids])
    listeners = [row[0] for row in rows]
    assert len(listeners) == PLAYERS
    wait_until(lambda: database.execute(STALE, [listeners]).fetchone() == (0,), "fresh shelves")


def test_every_process_is_at_work_and_nothing_waits(stack, replay):
    assert {name: process.process.poll() for name, process in stack.processes.items()} == dict.fromkeys(stack.processes)
    assert _is_drained(stack)
