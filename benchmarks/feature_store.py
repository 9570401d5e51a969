"""Vectors of FMA's size, 518 values each, written whole into each feature store and read back whole.

    python -m benchmarks.feature_store [--tracks 106574] [--seed 1] [--only embedded|mongo] [--mongo URL]

Each store has a process of its own. `mongo` is the MongoDB of --mongo, whose database is to be empty; without one, the
stand-in of tests/services/mongo where Maven and Java are there, which keeps all in memory: its figures say what our
side costs, and not what MongoDB does.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import machine
from tests.services.mongo import MongoStandIn
from tests.services.server import Unavailable

PROJECT = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", PROJECT / "var")).resolve()
WIDTH = 518
BLOCK = 10_000
# Questions that are asked again and again while the service runs.
REPEATS = 5


def measure(store_name: str, url: str, *, tracks: int, seed: int) -> dict[str, object]:
    """In a process and a database of its own."""
    with tempfile.TemporaryDirectory(dir=VAR_DIR) as state:
        environment = os.environ | {"VAR_DIR": state, "FEATURE_STORE_URL": url}
        command = ["-m", "benchmarks.feature_store", "--fill", "--tracks", str(tracks), "--seed", str(seed)]
        for arguments in (["manage.py", "migrate", "--verbosity", "0"], command):
            done = subprocess.run(
                [sys.executable, *arguments], cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE
            )
        return {"store": store_name} | json.loads(done.stdout)


def fill(*, tracks: int, seed: int) -> dict[str, object]:
    """Within Django, over an empty catalogue: writes, reads and compares, and tells the seconds of each."""
    import django

    django.setup()
    from recommender.features.store import feature_store

    ids, store = _tracks(tracks), feature_store()
    missing_all = _seconds(lambda: store.missing("fma", 64))
    written = sum(_put(store, ids, block) for block in _blocks(tracks, seed))
    again = sum(_put(store, ids, block) for block in _blocks(tracks, seed))
    start = time.perf_counter()
    rows = sum(len(values) for _, values in store.matrix("fma"))
    read = time.perf_counter() - start
    figures = {
        "write_s": round(written, 2),
        "write_again_s": round(again, 2),
        "read_s": round(read, 2),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "missing_of_all_ms": round(1_000 * missing_all, 1),
        "missing_of_none_ms": round(1_000 * _seconds(lambda: store.missing("fma", 64)), 1),
        "counts_ms": round(1_000 * _seconds(lambda: store.counts("fma")), 1),
        "problems_ms": round(1_000 * _seconds(lambda: (store.problems("fma"), store.problem_reasons("fma"))), 1),
        "rows": rows,
        "equal": _equal(store, ids, tracks, seed),
    }
    store.close()
    return figures


def _tracks(count: int) -> np.ndarray:
    from streaming.models import Artist, Track

    artist, present = Artist.objects.create(name="Generated"), Track.AudioState.PRESENT
    Track.objects.bulk_create(
        (Track(title=f"{n}", artist=artist, audio_state=present, path=f"{n}.mp3") for n in range(count)),
        batch_size=BLOCK,
    )
    return np.fromiter(Track.objects.order_by("pk").values_list("pk", flat=True), dtype=np.int64)


def _blocks(count: int, seed: int) -> Iterator[tuple[slice, np.ndarray]]:
    random = np.random.default_rng(seed)
    for start in range(0, count, BLOCK):
        block = slice(start, min(start + BLOCK, count))
        yield block, random.standard_normal((block.stop - start, WIDTH), dtype=np.float32)


def _put(store, ids: np.ndarray, block: tuple[slice, np.ndarray]) -> float:
    """Seconds of one call; the generating of the values is not among them."""
    place, values = block
    vectors = dict(zip(ids[place].tolist(), values, strict=True))
    start = time.perf_counter()
    store.put("fma", vectors)
    return time.perf_counter() - start


def _seconds(question) -> float:
    """The median of some calls."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        question()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def _equal(store, ids: np.ndarray, count: int, seed: int) -> bool:
    return all(
        np.array_equal(found_ids, ids[place]) and np.array_equal(found, values)
        for (place, values), (found_ids, found) in zip(
            _blocks(count, seed), store.matrix("fma", block=BLOCK), strict=True
        )
    )


def mongo(url: str | None, *, tracks: int, seed: int) -> dict[str, object]:
    if url:
        return measure("mongo", url, tracks=tracks, seed=seed)
    try:
        java = ("java", "-Xmx4g", "-XX:+UseSerialGC")
        server = MongoStandIn(VAR_DIR / "benchmarks" / "mongo-jars", java=java)
    except Unavailable as error:
        return {"store": "mongo stand-in", "skipped": str(error)}
    server.start()
    try:
        return measure("mongo stand-in", server.url("benchmark"), tracks=tracks, seed=seed)
    finally:
        server.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=106_574)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["embedded", "mongo"])
    parser.add_argument("--mongo", metavar="URL")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = {"tracks": options.tracks, "seed": options.seed}
    if options.fill:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
        print(json.dumps(fill(**sizes)))
        return
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    stores = []
    if options.only != "mongo":
        stores.append(measure("embedded", "embedded:", **sizes))
    if options.only != "embedded":
        stores.append(mongo(options.mongo, **sizes))
    print(
        json.dumps({"benchmark": "feature_store", "width": WIDTH} | sizes | {"stores": stores, **machine.described()})
    )


if __name__ == "__main__":
    main()
