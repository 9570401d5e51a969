"""A state folder with a catalogue of FMA's size and models over it, for the benchmarks that serve one.

    python -m benchmarks.catalogue [--rank 64] [--seed 1]

The catalogue is `benchmarks/fma_dataset.py`'s, imported. Its tracks are marked as playable (no audio is asked for),
have features drawn around 200 centres, and item factors drawn around the same ones, so that what sounds alike is
liked by the same listeners. Kept in VAR_DIR/benchmarks and made once.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks import fma_dataset

PROJECT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("VAR_DIR", PROJECT / "var")).resolve() / "benchmarks"
CENTRES = 200
BLOCK = 10_000
# Played before, by simulated listeners: so many that the plays of a benchmark call for no training of ALS.
LISTENERS, PLAYS = 200, 200_000
PLAYED_MS = 200_000


def with_models(*, rank: int, seed: int) -> Path:
    """The state folder of this rank and seed; made where it is not there yet (some minutes)."""
    var_dir = STATE / f"catalogue-rank{rank}-seed{seed}"
    if not (var_dir / "complete").exists():
        environment = os.environ | {"VAR_DIR": str(var_dir), "ALS_RANK": str(rank)}
        dataset = fma_dataset.generate(STATE / f"fma-seed{seed}", seed=seed)
        for command in (
            ["manage.py", "migrate", "--verbosity", "0"],
            ["manage.py", "import_fma", str(dataset)],
            ["-m", "benchmarks.catalogue", "--fill", "--rank", str(rank), "--seed", str(seed)],
        ):
            subprocess.run([sys.executable, *command], cwd=PROJECT, env=environment, check=True)
        (var_dir / "complete").touch()
    return var_dir


def track_ids(var_dir: Path) -> list[int]:
    with closing(sqlite3.connect(var_dir / "db.sqlite3")) as database:
        return [pk for (pk,) in database.execute("SELECT id FROM streaming_track ORDER BY id")]


def fill(*, rank: int, seed: int) -> None:
    """Within Django, over an imported catalogue: playable tracks, features, published models."""
    import django

    django.setup()
    from recommender import artefacts, pipeline
    from recommender.algorithms.als import Als
    from recommender.algorithms.factorisation import Factorisation
    from recommender.features.store import feature_store
    from streaming.models import Track

    Track.objects.update(audio_state=Track.AudioState.PRESENT, audio_problem="")
    ids = np.fromiter(Track.objects.order_by("pk").values_list("pk", flat=True), dtype=np.int64)
    random = np.random.default_rng(seed)
    near = random.integers(CENTRES, size=len(ids))
    centres = random.normal(size=(CENTRES, 518)).astype(np.float32)
    for start in range(0, len(ids), BLOCK):
        block = slice(start, start + BLOCK)
        vectors = centres[near[block]] + random.normal(size=(len(ids[block]), 518)).astype(np.float32)
        feature_store().put("fma", dict(zip(ids[block].tolist(), vectors, strict=True)))
    with artefacts.training("als", {"rank": rank}) as (run, folder):
        centres = random.normal(size=(CENTRES, rank))
        factors = (centres[near] + 0.5 * random.normal(size=(len(ids), rank))) / rank
        Als.write(folder, ids, Factorisation(factors.astype(np.float32), alpha=40.0, reg_param=0.1))
        run.data = {"plays": PLAYS}
    _play(random.choice(ids, PLAYS).tolist())
    pipeline.train(["popularity", "content"])


def _play(track_ids: list[int]) -> None:
    """Plays over the last days, by simulated listeners in turn: on the log, in the history and in the lake."""
    from django.utils import timezone

    from streaming.events import Kind, PlaybackEvent, event_log
    from streaming.models import Listener
    from workers.consumer import HistoryConsumer
    from workers.lake import LakeConsumer

    listeners = Listener.objects.bulk_create(Listener(is_simulated=True) for _ in range(LISTENERS))
    now = timezone.now()
    for start in range(0, len(track_ids), BLOCK):
        event_log().append(
            [
                PlaybackEvent(
                    event_id=uuid.uuid4(),
                    kind=Kind.FINISHED,
                    listener_id=listeners[number % LISTENERS].pk,
                    play_id=uuid.uuid4(),
                    track_id=track_id,
                    occurred_at=now - timedelta(minutes=4) * ((len(track_ids) - number) // LISTENERS),
                    received_at=now,
                    played_ms=PLAYED_MS,
                    duration_ms=PLAYED_MS,
                )
                for number, track_id in enumerate(track_ids[start : start + BLOCK], start)
            ]
        )
    history, lake = HistoryConsumer(), LakeConsumer()
    while history.run_cycle(timeout=0):
        pass
    while lake.run_cycle():
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
        fill(rank=options.rank, seed=options.seed)
    else:
        print(with_models(rank=options.rank, seed=options.seed))


if __name__ == "__main__":
    main()
