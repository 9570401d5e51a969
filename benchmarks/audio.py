"""How fast audio leaves the service, for several sizes of the blocks in which files are read.

    python -m benchmarks.audio [--megabytes 200] [--ranges 100]

Each service is uvicorn, a process of its own, with the project's view over one file. The file is read whole, and then
in ranges of 256 KB at random places over one connection, as a player seeks. Beside it, in the same run, the same file
whole from Python's own `http.server`. The last line is JSON; rates in MB/s (10^6 bytes).
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks import machine

PROJECT = Path(__file__).resolve().parent.parent
KB = 1024
RANGE = 256 * KB
ROUNDS = 5
BLOCKS_KB = (64, 128, 256, 512, 1024)

# Serves the view with another block size: `python -c SERVER BLOCK PORT`.
SERVER = """
import sys
import uvicorn
from django.core.asgi import get_asgi_application

application = get_asgi_application()
from streaming import audio

audio.BLOCK = int(sys.argv[1])
uvicorn.run(application, port=int(sys.argv[2]), lifespan="off", log_level="warning")
"""
CATALOGUE = """
import sys
import django

django.setup()
from django.core.management import call_command
from streaming.models import Artist, Folder, Track

call_command("migrate", verbosity=0)
folder = Folder.objects.create(path=sys.argv[1], origin=Folder.Origin.FOLDER)
artist = Artist.objects.create(name="Benchmark")
print(Track.objects.create(title="Noise", artist=artist, folder=folder, path="noise.wav", audio_state="present").pk)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200, help="size of the file")
    parser.add_argument("--ranges", type=int, default=100, help="ranges of 256 KB asked for in one round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measure(Path(name), size=options.megabytes * 1_000_000, ranges=options.ranges)))


def measure(folder: Path, *, size: int, ranges: int) -> dict:
    media = folder / "media"
    media.mkdir()
    (media / "noise.wav").write_bytes(random.Random(1).randbytes(size))
    environment = os.environ | {"VAR_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "musicapp.settings"}
    made = subprocess.run(
        [sys.executable, "-c", CATALOGUE, str(media)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True
    )
    path = f"/audio/{int(made.stdout)}"
    plain = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(media)]
    with _serving(plain, environment, "/noise.wav") as url:
        baseline = _whole(url, size)
    blocks = {}
    for block in BLOCKS_KB:
        with _serving([sys.executable, "-c", SERVER, str(block * KB)], environment, path) as url:
            blocks[block] = {"whole_mb_s": _whole(url, size), "ranges_256kb_mb_s": _ranges(url, size, ranges)}
    return {
        "benchmark": "audio",
        "file_mb": size / 1e6,
        "http_server_whole_mb_s": baseline,
        "block_kb": blocks,
        "machine": machine.described(),
    }


@contextmanager
def _serving(command: list[str], environment: dict[str, str], path: str) -> Iterator[str]:
    """Runs a server whose last argument is its port; yields the address of the file, once it answers."""
    port = random.randrange(20_000, 30_000)
    url = f"http://127.0.0.1:{port}{path}"
    process = subprocess.Popen([*command, str(port)], cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)
    try:
        _await(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _await(url: str, process: subprocess.Popen) -> None:
    while True:
        try:
            httpx.head(url).raise_for_status()
            return
        except httpx.TransportError:
            if process.poll() is not None:
                raise
            time.sleep(0.1)


def _best(run: Callable[[], int]) -> float:
    """MB/s of the fastest of several runs, each of which returns its bytes: other work only ever slows one down."""
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        sent = run()
        rates.append(sent / 1e6 / (time.perf_counter() - start))
    return round(max(rates), 1)


def _whole(url: str, size: int) -> float:
    def run() -> int:
        with httpx.stream("GET", url) as response:
            received = sum(len(block) for block in response.iter_raw())
        if received != size:
            raise RuntimeError(f"{url} sent {received} bytes of {size}")
        return received

    return _best(run)


def _ranges(url: str, size: int, count: int) -> float:
    chance = random.Random(2)
    firsts = [chance.randrange(size - RANGE) for _ in range(count)]

    def run() -> int:
        for first in firsts:
            response = browser.get(url, headers={"Range": f"bytes={first}-{first + RANGE - 1}"})
            if (response.status_code, len(response.content)) != (206, RANGE):
                raise RuntimeError(f"{url} answered {response.status_code} with {len(response.content)} bytes")
        return count * RANGE

    with httpx.Client() as browser:
        return _best(run)


if __name__ == "__main__":
    main()
