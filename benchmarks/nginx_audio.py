"""How fast audio leaves by nginx when the service only names the file, beside nginx's own speed on the same file.

    python -m benchmarks.nginx_audio [--seconds 30] [--listeners 200]

gunicorn and nginx as docker-compose.yml has them. A song of 8 MB and a file of 200 MB are fetched whole, over kept
connections, in turns: from a plain folder of the same nginx, and by the track's address. Then listeners play at 320
kbit/s as a player does, a range of 256 KB at a time with ten seconds kept ahead; each moment without sound is a stall.
The last line is JSON; rates in MB/s (10^6 bytes).
"""

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks import machine
from benchmarks.audio import PROJECT
from tests.services import compose
from tests.services.nginx import Nginx
from tests.services.server import Server, answers, free_port
from tests.services.stack import SECRETS

SIZES_MB = (8, 200)
CONNECTIONS = 4
ROUNDS = 7
# Bytes fetched by one connection in one round, so that a round of small files takes as long as one of large ones.
ROUND = 400_000_000
BIT_RATE = 320_000
RANGE = 256 * 1024
AHEAD_SECONDS = 10.0
CATALOGUE = """
import sys
import django

django.setup()
from django.core.management import call_command
from streaming.models import Artist, Folder, Track

call_command("migrate", verbosity=0)
folder = Folder.objects.create(path=sys.argv[1], origin=Folder.Origin.FOLDER)
artist = Artist.objects.create(name="Benchmark")
for name in sys.argv[2:]:
    print(Track.objects.create(title=name, artist=artist, folder=folder, path=name, audio_state="present").pk)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30, help="for which listeners play")
    parser.add_argument("--listeners", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measure(Path(name), options)))


def measure(folder: Path, options: argparse.Namespace) -> dict:
    music = folder / "music"
    music.mkdir()
    names = [f"{size}.wav" for size in SIZES_MB]
    for name, size in zip(names, SIZES_MB, strict=True):
        (music / name).write_bytes(random.Random(size).randbytes(1_000_000) * size)
    with _serving(folder, music, names) as (plain, nginx, paths):
        rates = {
            f"{size}_mb": _beside(size * 1_000_000, (plain, f"/{name}"), (nginx, path))
            for size, name, path in zip(SIZES_MB, names, paths, strict=True)
        }
        played = asyncio.run(_play(nginx, paths[-1], options))
    return {"benchmark": "nginx_audio", **rates, **played, "machine": machine.described()}


@contextmanager
def _serving(folder: Path, music: Path, names: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yields the port of the plain folder, that of the service's nginx, and the tracks' addresses."""
    port, plain, state = free_port(), free_port(), folder / "state"
    environment = os.environ | {
        "VAR_DIR": str(state),
        "DJANGO_SETTINGS_MODULE": "musicapp.settings",
        "AUDIO_ACCEL": "/files/",
        "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    command = [sys.executable, "-c", CATALOGUE, str(music), *names]
    made = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    web = Server("web", compose.services(SECRETS)["web"]["command"], folder / "web.log", cwd=PROJECT, env=environment)
    # What the compose file's nginx does for files, and nothing of the service before it.
    more = f"server {{ listen 127.0.0.1:{plain}; sendfile on; tcp_nopush on; sendfile_max_chunk 1m; root {music}; }}"
    places = {"WEB": f"127.0.0.1:{port}", "SOCKETS": f"127.0.0.1:{port}", "STATIC": f"{state}/static/"}
    nginx = Nginx(folder / "nginx", more=more, **places, MUSIC=f"{music}/", STATE=f"{state}/")
    try:
        web.start(lambda: answers(port))
        nginx.run()
        yield plain, nginx.port, [f"/audio/{pk}" for pk in made.stdout.split()]
    finally:
        nginx.kill()
        web.kill()


def _beside(size: int, plain: tuple[int, str], audio: tuple[int, str]) -> dict[str, float]:
    """Medians over rounds of both in turns, and the median of the ratios within a round."""
    rounds = [(_rate(size, *plain), _rate(size, *audio)) for _ in range(ROUNDS + 1)][1:]
    own, ours = zip(*rounds, strict=True)
    return {
        "nginx_mb_s": round(statistics.median(own), 1),
        "audio_mb_s": round(statistics.median(ours), 1),
        "share": round(statistics.median(b / a for a, b in rounds), 3),
        "shares": [round(b / a, 3) for a, b in rounds],
    }


def _rate(size: int, port: int, path: str) -> float:
    count = max(1, ROUND // size)
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        received = sum(threads.map(lambda _: _fetch(port, path, count), range(CONNECTIONS)))
    if received != size * count * CONNECTIONS:
        raise RuntimeError(f"{path}: {received} bytes came, not {size * count * CONNECTIONS}")
    return received / 1e6 / (time.perf_counter() - started)


def _fetch(port: int, path: str, count: int) -> int:
    """Gets it `count` times over one connection, by a client that costs as little as one in Python can."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    buffer, received = bytearray(1 << 20), 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(count):
            connection.sendall(request)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            header, _, body = head.partition(b"\r\n\r\n")
            if b" 200 " not in header[:16]:
                raise RuntimeError(f"{path}: {header[:60]!r}")
            left = int(header.lower().partition(b"content-length:")[2].split()[0]) - len(body)
            received += left + len(body)
            while left:
                left -= connection.recv_into(buffer, min(left, len(buffer)))
    return received


async def _play(port: int, path: str, options: argparse.Namespace) -> dict:
    listeners = [_listen(port, path, options.seconds, seed) for seed in range(options.listeners)]
    played = await asyncio.gather(*listeners)
    waits = [wait for _, ranges in played for wait in ranges]
    return {
        "listeners": options.listeners,
        "seconds": options.seconds,
        "stalls": sum(stalls for stalls, _ in played),
        "ranges": len(waits),
        "range_p50_ms": round(statistics.median(waits) * 1000, 1),
        "range_p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 1),
    }


async def _listen(port: int, path: str, seconds: float, seed: int) -> tuple[int, list[float]]:
    """Plays from a random place; returns how often sound ran out, and how long each range took."""
    chance = random.Random(seed)
    await asyncio.sleep(chance.random() * 5)
    first, stalls, waits, sound_ends = chance.randrange(50_000_000), 0, [], None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ends = time.perf_counter() + seconds
    while (asked := time.perf_counter()) < ends:
        span = f"bytes={first}-{first + RANGE - 1}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: {span}\r\n\r\n".encode())
        if b" 206 " not in await reader.readuntil(b"\r\n\r\n"):
            raise RuntimeError(f"{path}: no range was sent")
        await reader.readexactly(RANGE)
        now = time.perf_counter()
        waits.append(now - asked)
        stalls += sound_ends is not None and now > sound_ends
        sound_ends = max(sound_ends or now, now) + RANGE * 8 / BIT_RATE
        first += RANGE
        await asyncio.sleep(max(0.0, sound_ends - now - AHEAD_SECONDS))
    writer.close()
    await writer.wait_closed()
    return stalls, waits


if __name__ == "__main__":
    main()
