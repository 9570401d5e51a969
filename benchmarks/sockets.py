"""Many open sockets on one ASGI process over Redis: how soon each hears of its listener's new shelves, and no other's.

    python -m benchmarks.sockets [--sockets 1000] [--rate 100] [--seconds 30]

uvicorn as docker-compose.yml has it, with a Redis of its own and SQLite. This process is the worker: it replaces the
shelves of one listener after another, in a new order each round, and tells their sockets, at an even rate. Timed is
from telling to the message. Each message's version says whose shelves they are. The last line is JSON.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import websockets

from benchmarks import machine
from benchmarks.freshness import percentiles
from tests.services import compose
from tests.services.redis import Redis
from tests.services.server import Server, answers, free_port
from tests.services.stack import SECRETS

PROJECT = Path(__file__).resolve().parent.parent
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=100, help="listeners told a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measure(Path(name), options)))


def measure(folder: Path, options: argparse.Namespace) -> dict:
    redis, port = Redis(folder / "redis", "--save", "").run(), free_port()
    os.environ |= {
        "VAR_DIR": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "musicapp.settings",
        "CELERY_BROKER_URL": redis.url(0),
        "CHANNEL_LAYER_URL": redis.url(1),
        "CACHE_URL": redis.url(2),
        "UVICORN_HOST": "127.0.0.1",
        "UVICORN_PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=PROJECT, check=True)
    server = Server("sockets", compose.services(SECRETS)["sockets"]["command"], folder / "log", cwd=PROJECT)
    server.start(lambda: answers(port))
    try:
        times, opened = asyncio.run(_run(port, options))
        memory = _memory_mib(server.process.pid)
    finally:
        server.stop()
        redis.stop()
    return {
        "benchmark": "sockets",
        **vars(options),
        "opened_in_s": round(opened, 2),
        "messages": len(times),
        "told_to_message": percentiles(times),
        "server_mib": memory,
        "machine": machine.described(),
    }


async def _run(port: int, options: argparse.Namespace) -> tuple[list[float], float]:
    world = await asyncio.to_thread(World, options)
    started = time.perf_counter()
    sockets = [await _connect(port, cookie) for cookie in world.cookies]
    opened = time.perf_counter() - started
    heard: dict[int, tuple[int, float]] = {}
    readers = [asyncio.create_task(_read(socket, who, heard)) for who, socket in enumerate(sockets)]
    told = await _tell(world, options)
    deadline = time.monotonic() + PATIENCE
    while len(heard) < len(told) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    return _times(told, heard), opened


async def _tell(world: "World", options: argparse.Namespace) -> dict[int, tuple[int, float]]:
    """Version → the listener and when they were told."""
    chance, told, order = random.Random(options.seed), {}, []
    begun = time.perf_counter()
    for number in range(options.rate * options.seconds):
        await asyncio.sleep(max(0.0, begun + number / options.rate - time.perf_counter()))
        order = order or chance.sample(range(options.sockets), options.sockets)
        who = order.pop()
        version = await asyncio.to_thread(world.replace, who, number)
        told[version] = who, time.perf_counter()
        await asyncio.to_thread(world.tell, who)
    return told


def _times(told: dict[int, tuple[int, float]], heard: dict[int, tuple[int, float]]) -> list[float]:
    """Seconds for each message; raises where one is missing, or came to somebody else."""
    if missing := told.keys() - heard.keys():
        raise RuntimeError(f"{len(missing)} of {len(told)} messages did not come")
    if strays := [version for version, (who, _) in told.items() if heard[version][0] != who]:
        raise RuntimeError(f"{len(strays)} messages came to another's socket")
    return [heard[version][1] - at for version, (_, at) in told.items()]


async def _connect(port: int, cookie: str):
    url, origin = f"ws://127.0.0.1:{port}/ws/recommendations/", f"http://127.0.0.1:{port}"
    return await websockets.connect(url, additional_headers={"Cookie": cookie}, origin=origin, open_timeout=PATIENCE)


async def _read(socket, who: int, heard: dict[int, tuple[int, float]]) -> None:
    async for message in socket:
        version = json.loads(message)["version"]
        if version in heard:
            raise RuntimeError(f"version {version} came to {heard[version][0]} and to {who}")
        heard[version] = who, time.perf_counter()


class World:
    """Listeners in the database, and what a worker does for one of them."""

    def __init__(self, options: argparse.Namespace) -> None:
        import django

        django.setup()
        from django.core import signing

        from streaming.listeners import COOKIE, SALT
        from streaming.models import Listener

        self.ids = [uuid.UUID(int=random.Random(n).getrandbits(128)) for n in range(options.sockets)]
        Listener.objects.bulk_create(Listener(pk=pk) for pk in self.ids)
        self.cookies = [f"{COOKIE}={signing.dumps(str(pk), salt=SALT)}" for pk in self.ids]

    def replace(self, who: int, number: int) -> int:
        """New shelves, of which nobody else's have the version; returns it."""
        from recommender import store
        from recommender.models import Recommendation

        at = BEGAN + timedelta(milliseconds=number)
        shelf = store.Shelf(uuid.uuid4(), Recommendation.Shelf.FOR_YOU, f"For {who}", [])
        if not store.replace(self.ids[who], [shelf], at):
            raise RuntimeError(f"the shelves of listener {who} were not replaced")
        return int(at.timestamp() * 1000)

    def tell(self, who: int) -> None:
        from recommender import live

        live.tell(self.ids[who])


def _memory_mib(pid: int) -> int:
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
