"""The lake at a size: written as the service writes it, then read and prepared for a training.

    python -m benchmarks.lake [--events 1000000] [--batch 5000] [--seed 1]

Events are drawn (20,000 listeners, 10,000 tracks, a started and a finished or skipped event a play, the tracks by
Zipf's law) and appended in batches over 30 days, a commit each; then the table is compacted, read and prepared by
processes of their own, each of which says its seconds and its highest memory. In a state folder that is removed after.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks import machine

PROJECT = Path(__file__).resolve().parent.parent
LISTENERS, TRACKS, DAYS = 20_000, 10_000, 30
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)


def catalogue() -> None:
    from streaming.models import Artist, Listener, Track

    artist = Artist.objects.create(name="Somebody")
    Track.objects.bulk_create(Track(title=f"{n}", artist=artist) for n in range(TRACKS))
    Listener.objects.bulk_create(Listener(id=uuid.UUID(int=n + 1)) for n in range(LISTENERS))


def write(events: int, batch: int, seed: int) -> dict:
    from streaming.lake import lake

    catalogue()
    seconds = 0.0
    for start, block in drawn(events, batch, seed):
        began = time.perf_counter()
        lake().append(block, up_to_offset=start + len(block))
        seconds += time.perf_counter() - began
    files = len(list(Path(os.environ["VAR_DIR"], "lake").rglob("*.parquet")))
    return {
        "write_s": round(seconds, 1),
        "write_mib": peak_mib(),
        "events_a_second": round(events / seconds),
        **sizes(files),
    }


def drawn(events: int, batch: int, seed: int) -> Iterator[tuple[int, dict]]:
    """Blocks of events by their offsets."""
    from streaming.events import Kind, PlaybackEvent
    from streaming.models import Track

    random = np.random.default_rng(seed)
    track_ids = np.fromiter(Track.objects.order_by("pk").values_list("pk", flat=True), np.int64)
    popular = 1 / np.arange(1, TRACKS + 1)
    for start in range(0, events, batch):
        plays = (min(batch, events - start) + 1) // 2
        listeners = random.integers(LISTENERS, size=plays).tolist()
        tracks = random.choice(track_ids, plays, p=popular / popular.sum()).tolist()
        finished, ids = random.random(plays) < 0.7, random.bytes(32 * plays)
        block: dict[int, PlaybackEvent] = {}
        for n in range(plays):
            at = BEGIN + timedelta(days=DAYS) * ((start + 2 * n) / events)
            play = uuid.UUID(bytes=ids[32 * n : 32 * n + 16])
            session = uuid.uuid5(uuid.UUID(int=listeners[n] + 1), str(at.date()))
            for kind, after, played in (
                (Kind.STARTED, 0, 0),
                (Kind.FINISHED, 200, 200_000) if finished[n] else (Kind.SKIPPED, 20, 20_000),
            ):
                block[start + len(block)] = PlaybackEvent(
                    event_id=uuid.UUID(int=start + len(block)),
                    kind=kind,
                    listener_id=uuid.UUID(int=listeners[n] + 1),
                    occurred_at=at + timedelta(seconds=after),
                    received_at=at + timedelta(seconds=after),
                    session_id=session,
                    play_id=play,
                    track_id=tracks[n],
                    played_ms=played,
                    duration_ms=200_000,
                )
        yield start, block


def compact() -> dict:
    from streaming.lake import lake

    began = time.perf_counter()
    replaced = lake().compact()
    return {"compact_s": round(time.perf_counter() - began, 1), "compact_mib": peak_mib(), "compacted_files": replaced}


def train_input() -> dict:
    # Loaded before, as they are in a service that runs.
    import deltalake  # noqa: F401
    import pyarrow.compute  # noqa: F401

    from recommender.pipeline.prepare import prepare
    from recommender.pipeline.read import read

    before, began, cpu = peak_mib(), time.perf_counter(), time.process_time()
    found = read()
    read_s, began = time.perf_counter() - began, time.perf_counter()
    prepared = prepare(found)
    prepare_s = time.perf_counter() - began
    return {
        "read_s": round(read_s, 2),
        "prepare_s": round(prepare_s, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "mib_before": before,
        "mib": peak_mib(),
        "plays": len(prepared.histories.items),
        "dropped": {reason: count for reason, count in prepared.dropped.items() if count},
    }


def sizes(files: int) -> dict:
    lake = Path(os.environ["VAR_DIR"], "lake")
    return {"files": files, "lake_mb": round(sum(path.stat().st_size for path in lake.rglob("*.parquet")) / 1e6, 1)}


def peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def child(part: str, var_dir: str, options: argparse.Namespace) -> dict:
    """The figures of one part, run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.lake", "--part", part, "--events", str(options.events)]
    command += ["--batch", str(options.batch), "--seed", str(options.seed)]
    environment = os.environ | {"VAR_DIR": var_dir, "DJANGO_SETTINGS_MODULE": "musicapp.settings"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def part(options: argparse.Namespace) -> dict:
    import django

    django.setup()
    if options.part == "write":
        return write(options.events, options.batch, options.seed)
    return compact() if options.part == "compact" else train_input()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=["write", "compact", "train"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(part(options)))
        return
    with tempfile.TemporaryDirectory() as var_dir:
        environment = os.environ | {"VAR_DIR": var_dir}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=PROJECT, env=environment, check=True)
        figures = child("write", var_dir, options)
        figures["before_compaction"] = child("train", var_dir, options)
        figures |= child("compact", var_dir, options)
        figures["after_compaction"] = child("train", var_dir, options)
    sizes_asked = {"events": options.events, "batch": options.batch, "seed": options.seed}
    print(json.dumps({"benchmark": "lake", **sizes_asked, **figures, "machine": machine.described()}))


if __name__ == "__main__":
    main()
