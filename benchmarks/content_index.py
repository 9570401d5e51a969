"""Transform and index at FMA's size, and how much of the truth similar tracks find in how much time.

    python -m benchmarks.content_index [--tracks 106574] [--data ../shared/data] [--seed 1]

Three sets of features are put into the embedded store of a fresh database each, under VAR_DIR/benchmarks: generated
ones of 518 columns drawn around 200 centres; and, where they are there, the 8 columns that Echo Nest heard in 13,129
of FMA's tracks, and Spotify in 18,835 songs (3,909 of them twice). Each set is trained on in a process of its own,
whose seconds and peak memory are the service's own code from the store to the published model; then another process
asks the published model for the 10 tracks most similar to a sample, in one thread, beside exact search.
`ms` is by the clock and `cpu_ms` what the processor spent on it: where they differ, the machine was at other things.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import machine
from musicapp.environment import PROJECT, Environment
from recommender.features.columns import ECHONEST_COLUMNS

CENTRES = 200
BLOCK = 10_000
QUERIES, K = 5_000, 10
SECONDS, GIBIBYTES, RECALL, MILLISECONDS = 90, 3.0, 0.99, 2.0
NAMES = [name for *_, name in ECHONEST_COLUMNS]
# The set: the family of its features, and where the data is kept (none: generated).
SETS = {
    "generated": ("fma", None),
    "echonest": ("echonest", "fma/echonest-metrics.json"),
    "spotify": ("echonest", "spotify/song_data.csv"),
}


def generated(tracks: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    centres = random.normal(size=(CENTRES, 518)).astype(np.float32)
    near = random.integers(CENTRES, size=tracks)
    values = random.standard_normal(size=(tracks, 518), dtype=np.float32)
    values += centres[near]
    return values


def echonest(path: Path) -> np.ndarray:
    table = json.loads(path.read_text())
    return np.array([list(table[name].values()) for name in NAMES], dtype=np.float32).T


def spotify(path: Path) -> np.ndarray:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {name: name if name in rows[0] else f"song_{name}" for name in NAMES}
    return np.array([[float(row[names[name]]) for name in NAMES] for row in rows], dtype=np.float32)


def fill(name: str, options: argparse.Namespace) -> dict[str, float]:
    """Tracks and their features, into an empty database."""
    from django.core.management import call_command

    from recommender.features.store import feature_store
    from streaming.models import Artist, Track

    family, path = SETS[name]
    readers = {"echonest": echonest, "spotify": spotify}
    values = readers[name](options.data / path) if path else generated(options.tracks, options.seed)
    call_command("migrate", verbosity=0)
    artist = Artist.objects.create(name="Benchmark")
    Track.objects.bulk_create((Track(title=f"{n}", artist=artist) for n in range(len(values))), batch_size=BLOCK)
    ids = list(Track.objects.order_by("pk").values_list("pk", flat=True))
    start = time.perf_counter()
    for first in range(0, len(ids), BLOCK):
        block = slice(first, first + BLOCK)
        feature_store().put(family, dict(zip(ids[block], values[block], strict=True)))
    return {"tracks": len(ids), "columns": values.shape[1], "put_seconds": round(time.perf_counter() - start, 1)}


def train(name: str, options: argparse.Namespace) -> dict:
    start, cpu = time.perf_counter(), time.process_time()
    run = _model(name).train()
    return {
        "train_seconds": round(time.perf_counter() - start, 1),
        "train_cpu_seconds": round(time.process_time() - cpu, 1),
        "train_peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "run": run.metrics,
    }


def query(name: str, options: argparse.Namespace) -> dict:
    from recommender.algorithms.content import character, content
    from recommender.vectors.exact import ExactIndex
    from recommender.vectors.recall import Truth

    in_use = content if SETS[name][0] == "fma" else character
    model = in_use()
    ids = np.array(model.index.ids)
    vectors = np.stack(list(model.index.vectors(ids).values()))
    # Others than those that the index was chosen by.
    asked = np.random.default_rng(options.seed + 1).choice(ids, min(QUERIES, len(ids)), replace=False)
    places = np.searchsorted(ids, asked)
    exact = ExactIndex(ids, vectors)
    truth = Truth.of(exact, asked, vectors[places], K)
    return {
        f"recall@{K}": round(truth.measure(model.index).recall, 4),
        **_timed("", lambda track_id: in_use().similar(track_id, K), asked),
        **_timed("exact_", lambda track_id: exact.neighbours(exact.vectors([track_id])[track_id], K + 1), asked),
        "queries": len(asked),
    }


def _model(name: str):
    from recommender.algorithms.content import Character, Content

    return Content if SETS[name][0] == "fma" else Character


def _timed(prefix: str, ask: Callable[[int], object], asked: np.ndarray) -> dict[str, float]:
    times = np.empty((len(asked), 2))
    for place, track_id in enumerate(asked.tolist()):
        clock, cpu = time.perf_counter(), time.thread_time()
        ask(track_id)
        times[place] = time.perf_counter() - clock, time.thread_time() - cpu
    (p50, cpu_p50), (p99, cpu_p99) = np.percentile(1_000 * times, [50, 99], axis=0)
    figures = {"p50_ms": p50, "p99_ms": p99, "p50_cpu_ms": cpu_p50, "p99_cpu_ms": cpu_p99}
    return {prefix + figure: round(float(value), 3) for figure, value in figures.items()}


STAGES = {"fill": fill, "train": train, "query": query}


def measured(name: str, options: argparse.Namespace) -> dict:
    """Each stage in a process of its own, over a state folder made anew."""
    var_dir = Environment().var_dir / "benchmarks" / f"content-index-{name}"
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    # Queries are those of one thread, also where exact search would take more.
    environment = os.environ | {"VAR_DIR": str(var_dir), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    figures = {}
    for stage in STAGES:
        command = [sys.executable, "-m", "benchmarks.content_index", *sys.argv[1:], "--stage", name, stage]
        done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        figures |= json.loads(done.stdout.splitlines()[-1])
    shutil.rmtree(var_dir)
    figures["reached"] = (
        figures["train_seconds"] <= SECONDS
        and figures["train_peak_gib"] <= GIBIBYTES
        and figures[f"recall@{K}"] >= RECALL
        and figures["p99_ms"] <= MILLISECONDS
    )
    print(name, json.dumps(figures), file=sys.stderr, flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=106_574, help="of the generated set")
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stage", nargs=2, metavar=("SET", "STAGE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
        django.setup()
        name, stage = options.stage
        print(json.dumps(STAGES[stage](name, options)))
        return
    found = [name for name, (_, path) in SETS.items() if path is None or (options.data / path).exists()]
    figures = {name: measured(name, options) for name in found}
    limits = {"seconds": SECONDS, "peak_gib": GIBIBYTES, f"recall@{K}": RECALL, "p99_ms": MILLISECONDS}
    print(
        json.dumps(
            {
                "benchmark": "content_index",
                "sets": figures,
                "limits": limits,
                "seed": options.seed,
                "machine": machine.described(),
            }
        )
    )


if __name__ == "__main__":
    main()
