"""How long after an event the listener's shelves change on the page: from the POST to the socket's message.

    python -m benchmarks.freshness [--rate 20] [--seconds 60] [--listeners 200]

Serves the catalogue of `benchmarks/catalogue.py` (106,574 tracks) in embedded mode, with collaborative factors of
rank 64 and a content index over all tracks. Each listener holds a socket. Events are posted at an even rate, by one
listener after another: plays of random tracks, finished or skipped, and likes. Each is timed until the message with
the changed shelf arrives at its listener's socket.
"""

import argparse
import asyncio
import json
import random
import time
import uuid
from datetime import UTC, datetime

import httpx
import numpy as np
import websockets

from benchmarks import catalogue, machine, server


class Listener:
    """A browser: its cookie, its socket, and the arrival times of its messages."""

    def __init__(self, client: httpx.AsyncClient, socket):
        self.client = client
        self.socket = socket
        self.changed = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    @classmethod
    async def arrive(cls, address: str) -> "Listener":
        client = httpx.AsyncClient(base_url=address, timeout=30)
        await client.get("/login/")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        url = address.replace("http", "ws", 1) + "/ws/recommendations/"
        socket = await websockets.connect(url, additional_headers={"Cookie": cookie}, origin=address, max_size=None)
        await socket.recv()
        return cls(client, socket)

    async def _read(self) -> None:
        async for _ in self.socket:
            self.changed.set()

    async def leave(self) -> None:
        self.reading.cancel()
        await self.socket.close()
        await self.client.aclose()

    async def say(self, kind: str, track_id: int) -> tuple[float, float]:
        """Posts an event; returns the seconds until it was acknowledged, and until the shelf had changed."""
        self.changed.clear()
        started = time.perf_counter()
        response = await self.client.post("/api/v1/events/", json=_event(kind, track_id))
        response.raise_for_status()
        acknowledged = time.perf_counter()
        await asyncio.wait_for(self.changed.wait(), 30)
        return acknowledged - started, time.perf_counter() - started


def _event(kind: str, track_id: int) -> dict:
    return {
        "event_id": str(uuid.uuid4()),
        "kind": kind,
        "play_id": str(uuid.uuid4()),
        "track_id": track_id,
        "played_ms": {"finished": 180_000, "skipped": 5_000}.get(kind, 0),
        "duration_ms": 180_000,
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


async def measure(address: str, options: argparse.Namespace, track_ids: list[int]) -> list[tuple[float, float]]:
    chance = random.Random(options.seed)
    listeners = [await Listener.arrive(address) for _ in range(options.listeners)]
    # Round after round in a new order: one event of a listener is answered before the next is posted.
    order = [who for _ in range(options.rate * options.seconds) for who in listeners][: options.rate * options.seconds]
    begun = time.perf_counter()
    running = []
    for number, listener in enumerate(order):
        await asyncio.sleep(max(0.0, begun + number / options.rate - time.perf_counter()))
        kind = chance.choices(["finished", "skipped", "liked"], [6, 3, 1])[0]
        running.append(asyncio.create_task(listener.say(kind, chance.choice(track_ids))))
    times = await asyncio.gather(*running)
    for listener in listeners:
        await listener.leave()
    return times


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{p}_ms": round(float(np.percentile(seconds, p)) * 1000, 1) for p in (50, 95, 99)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=20, help="events a second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="for how long (default: %(default)s)")
    parser.add_argument("--listeners", type=int, default=200, help="open sockets (default: %(default)s)")
    parser.add_argument("--rank", type=int, default=64, help="factors a track (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    var_dir = catalogue.with_models(rank=options.rank, seed=options.seed)
    with server.running(var_dir) as address:
        times = asyncio.run(measure(address, options, catalogue.track_ids(var_dir)))
    acknowledged, changed = zip(*times, strict=True)
    print(
        json.dumps(
            {
                "benchmark": "freshness",
                "machine": machine.described(),
                **vars(options),
                "tracks": len(catalogue.track_ids(var_dir)),
                "events": len(times),
                "acknowledged": percentiles(acknowledged),
                "shelf_changed": percentiles(changed),
            }
        )
    )


if __name__ == "__main__":
    main()
