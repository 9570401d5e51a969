"""How long after an event the listener's shelves change on the page: from the POST to the socket's message.

    python -m benchmarks.freshness [--rate 20] [--seconds 60] [--listeners 200] [--progress 17]

Serves the catalogue of `benchmarks/catalogue.py` (106,574 tracks) in embedded mode, with collaborative factors of
rank 64 and a content index over all tracks. Each listener holds a socket, and plays random tracks of three minutes.
The events of a play are those that a player tells: `started`, `progress` every ten seconds, `finished` or `skipped`,
and after one in ten a `liked`; each listener is somewhere in the middle of one, and has shelves of their own, when the
clock starts. They are posted at an even rate, by one listener after another, faster or slower than in life. Timed is
each event that shelves follow from, until the message with the changed shelf arrives at its listener's socket: of those
that tell how far a play has come it is the one from which on the track counts as heard. `--progress 0` leaves nothing
but these. What has no answer in 30 seconds is counted as that.
"""

import argparse
import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

import httpx
import numpy as np
import websockets

from benchmarks import catalogue, machine, server
from benchmarks.poster import Poster

DURATION_MS = 180_000
# From here on a track counts as heard, as `streaming/history.py` has it.
HEARD_MS = DURATION_MS // 2
# Seconds after which nobody waits for an answer any more.
PATIENCE = 30.0


@dataclass(frozen=True)
class Event:
    kind: str
    play_id: str
    track_id: int
    played_ms: int
    # Whether shelves follow from it.
    is_news: bool

    def body(self) -> dict:
        return {
            "event_id": str(uuid.uuid4()),
            "kind": self.kind,
            "play_id": self.play_id,
            "track_id": self.track_id,
            "played_ms": self.played_ms,
            "duration_ms": DURATION_MS,
            "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True)
class Timed:
    """When it was posted, by the performance counter, and the seconds from then to its answers."""

    at: float
    acknowledged: float
    changed: float


def plays(chance: random.Random, track_ids: Sequence[int], progress: int) -> Iterator[Event]:
    """What one listener's player tells, without an end."""
    while True:
        play_id, track_id = str(uuid.uuid4()), chance.choice(track_ids)
        yield Event("started", play_id, track_id, 0, True)
        is_skipped, heard = chance.random() < 0.3, 0
        for number in range(1, 1 + (progress // 4 if is_skipped else progress)):
            before, heard = heard, DURATION_MS * number // (progress + 1)
            yield Event("progress", play_id, track_id, heard, before < HEARD_MS <= heard)
        yield Event(*(("skipped", play_id, track_id, heard) if is_skipped else _finished(play_id, track_id)), True)
        if chance.random() < 0.1:
            yield Event("liked", play_id, track_id, 0, True)


def _from_the_middle(events: Iterator[Event], begun: int) -> Iterator[Event]:
    """Without those before; of a play that nobody told of so far any word is news."""
    for number, event in enumerate(islice(events, begun, None)):
        yield event if number else replace(event, is_news=True)


def _finished(play_id: str, track_id: int) -> tuple[str, str, int, int]:
    return "finished", play_id, track_id, DURATION_MS


class Listener:
    """A browser: its cookie, its socket, and the arrival times of its messages."""

    def __init__(self, poster: Poster, socket, events: Iterator[Event]):
        self.poster = poster
        self.socket = socket
        self.events = events
        self.changed = asyncio.Event()
        # One event is answered before the next is posted.
        self.turn = asyncio.Lock()
        self.reading = asyncio.create_task(self._read())

    @classmethod
    async def arrive(cls, address: str, events: Iterator[Event]) -> "Listener":
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
            await client.get("/login/")
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        url = address.replace("http", "ws", 1) + "/ws/recommendations/"
        socket = await websockets.connect(url, additional_headers={"Cookie": cookie}, origin=address, max_size=None)
        await socket.recv()
        listener = cls(Poster(address, cookie), socket, events)
        await listener.tell()
        return listener

    async def _read(self) -> None:
        async for _ in self.socket:
            self.changed.set()

    async def leave(self) -> None:
        self.reading.cancel()
        await self.socket.close()
        self.poster.close()

    async def tell(self) -> Timed | None:
        """Posts the next event; None where no shelves follow from it."""
        async with self.turn:
            event = next(self.events)
            self.changed.clear()
            started = time.perf_counter()
            await asyncio.wait_for(self.poster.post("/api/v1/events/", event.body()), PATIENCE)
            acknowledged = time.perf_counter()
            if not event.is_news:
                return None
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), PATIENCE)
            return Timed(started, acknowledged - started, time.perf_counter() - started)


async def measure(
    address: str,
    options: argparse.Namespace,
    track_ids: Sequence[int],
    *,
    ready: Callable[[], object] = lambda: None,
    halfway: Callable[[], object] | None = None,
) -> list[Timed]:
    """Those events that shelves follow from.

    `ready` is called when all listeners are there, and `halfway`, in a thread, after half of the time.
    """
    chance = random.Random(options.seed)
    listeners = []
    for _ in range(options.listeners):
        events = plays(chance, track_ids, options.progress)
        events = _from_the_middle(events, chance.randrange(options.progress + 2))
        listeners.append(await Listener.arrive(address, events))
    ready()
    count = options.rate * options.seconds
    begun = time.perf_counter()
    running, besides = [], None
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / options.rate - time.perf_counter()))
        running.append(asyncio.create_task(listeners[number % len(listeners)].tell()))
        if halfway and besides is None and number >= count // 2:
            besides = asyncio.create_task(asyncio.to_thread(halfway))
    times = [timed for timed in await asyncio.gather(*running) if timed]
    if besides is not None:
        await besides
    for listener in listeners:
        await listener.leave()
    return times


def told(times: Sequence[Timed]) -> dict:
    """What a benchmark prints of them."""
    if not times:
        return {"shelves_asked": 0}
    return {
        "shelves_asked": len(times),
        "unanswered": sum(timed.changed >= PATIENCE for timed in times),
        "acknowledged": percentiles([timed.acknowledged for timed in times]),
        "shelf_changed": percentiles([timed.changed for timed in times]),
    }


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{p}_ms": round(float(np.percentile(seconds, p)) * 1000, 1) for p in (50, 95, 99)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=20, help="events a second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="for how long (default: %(default)s)")
    parser.add_argument("--listeners", type=int, default=200, help="open sockets (default: %(default)s)")
    add_common(parser)
    options = parser.parse_args()
    var_dir = catalogue.with_models(rank=options.rank, seed=options.seed)
    with server.running(var_dir) as address:
        times = asyncio.run(measure(address, options, catalogue.track_ids(var_dir)))
    print(
        json.dumps(
            {
                "benchmark": "freshness",
                "machine": machine.described(),
                **vars(options),
                "tracks": len(catalogue.track_ids(var_dir)),
                **told(times),
            }
        )
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--progress", type=int, default=17, help="times that a play tells how far it has come (default: %(default)s)"
    )
    parser.add_argument("--rank", type=int, default=64, help="factors a track (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)


if __name__ == "__main__":
    main()
