"""Events that say their own number."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from streaming.events import EventConsumer, Kind, PlaybackEvent

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# Seconds for what takes a few on an idle machine.
PATIENCE = 60


def like(number: int, listener: int = 1) -> PlaybackEvent:
    """Its track has that number."""
    return PlaybackEvent(
        event_id=uuid.UUID(int=1_000_000 * listener + number),
        kind=Kind.LIKED,
        listener_id=uuid.UUID(int=listener),
        track_id=number,
        occurred_at=NOW,
        received_at=NOW,
    )


def numbers(records) -> list[int]:
    return [PlaybackEvent.from_json(record.value).track_id for record in records]


def read_until(consumer: EventConsumer, is_enough: Callable[[list[int]], bool]) -> list[int]:
    """The numbers of what comes, until they are enough."""
    found: list[int] = []
    deadline = time.monotonic() + PATIENCE
    while not is_enough(found):
        assert time.monotonic() < deadline, f"only {found[-10:]} came, {len(found)} in all"
        found += numbers(consumer.poll(max_records=500, timeout=1))
    return found


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)
