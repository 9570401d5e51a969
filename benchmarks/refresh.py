"""How long a listener's refresh takes, from reading their history to their new shelves in the store; and a fold-in.

    python -m benchmarks.refresh [--refreshes 500] [--listeners 100] [--rank 64]

Over the catalogue of `benchmarks/catalogue.py` (106,574 tracks), with every model in use that its plays can train.
Listeners have from one to 300 plays, a tenth of them skipped, some likes and bans, and the slider anywhere; each
refresh follows a new play. The fold-in is ALS's alone, of all that a listener has said. `refresh_cpu` is the time that
the process computed, which says more than the clock where others use the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import numpy as np

from benchmarks import catalogue, machine

TRAINED_BESIDES = ("ease", "sequence")


def measure(options: argparse.Namespace) -> dict:
    """Within Django, over the catalogue's state folder."""
    import django

    django.setup()
    from recommender import interactions, online, pipeline, store
    from recommender.online.catalogue import catalogue as tracks
    from recommender.online.refresh import NEWEST
    from recommender.online.sources import in_use
    from recommender.online.taste import taste

    missing = {*TRAINED_BESIDES} - {model.name.value for model in in_use().published}
    pipeline.train(sorted(missing))
    models = in_use()
    chance = np.random.default_rng(options.seed)
    listeners = _listeners(options.listeners, tracks().track_ids, chance)
    for listener_id in listeners[:10]:
        online.refresh(listener_id)
    als = next(model for model in models.published if model.name == "als")
    refreshes, cpu, folds, offered = [], [], [], []
    for number in range(options.refreshes):
        listener_id = listeners[number % len(listeners)]
        _play(listener_id, chance.choice(tracks().track_ids, 1), chance)
        begun, cpu_begun = time.perf_counter(), time.process_time()
        online.refresh(listener_id)
        refreshes.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - cpu_begun)
        said = taste(interactions.of_listener(listener_id, NEWEST), tracks()).summed()
        begun = time.perf_counter()
        als.fold_in(*said)
        folds.append(time.perf_counter() - begun)
        offered.append(sum(len(shelf.items) for shelf in store.standing(listener_id).shelves))
    return {
        "models": [str(model.name.value) for model in models.published],
        "tracks": len(tracks().track_ids),
        "offered_mean": float(np.mean(offered)),
        "refresh": _percentiles(refreshes),
        "refresh_cpu": _percentiles(cpu),
        "fold_in": _percentiles(folds),
    }


def _listeners(count: int, track_ids: np.ndarray, chance: np.random.Generator) -> list[uuid.UUID]:
    from django.utils import timezone

    from streaming import taste_settings
    from streaming.models import Ban, Like, Listener

    listeners = Listener.objects.bulk_create(Listener(is_simulated=True) for _ in range(count))
    for number, listener in enumerate(listeners):
        # Everybody's tracks lie near each other in number, and so are of few artists, as tastes are.
        near = chance.integers(len(track_ids) - 2_000)
        plays = track_ids[near + chance.integers(2_000, size=1 + 299 * number // count)]
        _play(listener.pk, plays, chance)
        for verdict, share in ((Like, 0.1), (Ban, 0.03)):
            verdict.objects.bulk_create(
                verdict(listener=listener, track_id=track_id, at=timezone.now())
                for track_id in np.unique(plays[chance.random(len(plays)) < share]).tolist()
            )
        taste_settings.set_adventure(listener_id=listener.pk, adventure=int(chance.integers(101)))
    return [listener.pk for listener in listeners]


def _play(listener_id: uuid.UUID, track_ids: np.ndarray, chance: np.random.Generator) -> None:
    from django.utils import timezone

    from streaming.models import Play

    now = timezone.now()
    skipped = chance.random(len(track_ids)) < 0.1
    Play.objects.bulk_create(
        Play(
            id=uuid.uuid4(),
            listener_id=listener_id,
            track_id=track_id,
            session_id=uuid.UUID(int=number // 10),
            outcome="skipped" if is_skipped else "finished",
            started_at=now - timedelta(minutes=4 * (len(track_ids) - number)),
            last_event_at=now - timedelta(minutes=4 * (len(track_ids) - number)),
            played_ms=5_000 if is_skipped else catalogue.PLAYED_MS,
            duration_ms=catalogue.PLAYED_MS,
        )
        for number, (track_id, is_skipped) in enumerate(zip(track_ids.tolist(), skipped.tolist(), strict=True))
    )


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{p}_ms": round(float(np.percentile(seconds, p)) * 1000, 2) for p in (50, 95, 99)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--refreshes", type=int, default=500, help="how many are timed (default: %(default)s)")
    parser.add_argument("--listeners", type=int, default=100, help="whose, in turn (default: %(default)s)")
    parser.add_argument("--rank", type=int, default=64, help="factors a track (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.measure:
        var_dir = catalogue.with_models(rank=options.rank, seed=options.seed)
        # One thread for algebra, as the service has it: NumPy is loaded before the settings say so.
        service = {"VAR_DIR": str(var_dir), "ALS_RANK": str(options.rank), "OPENBLAS_NUM_THREADS": "1"}
        environment = os.environ | service
        command = [sys.executable, "-m", "benchmarks.refresh", "--measure", *sys.argv[1:]]
        sys.exit(subprocess.run(command, cwd=catalogue.PROJECT, env=environment, check=False).returncode)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
    sizes = {name: value for name, value in vars(options).items() if name != "measure"}
    print(json.dumps({"benchmark": "refresh", "machine": machine.described(), **sizes, **measure(options)}))


if __name__ == "__main__":
    main()
