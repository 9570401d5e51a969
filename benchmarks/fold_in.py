"""A listener folded in: how long it takes at FMA's size, and how good it is beside a full retraining.

    python -m benchmarks.fold_in [--model als] [--data ../shared/data] [--shares 4] [--seed 1]

Time: Spark's ALS as it serves, at RANK factors over TRACKS tracks drawn at random, for listeners of one to 300 plays:
the fold-in alone, and with the score of every track; by the clock and by the thread's processor time.

Quality: one twentieth after another of Last.fm's listeners (`--shares` of them) is folded in from their whole
histories, of which the training saw nothing (new listeners), or four fifths (listeners who have gone on since),
and asked for what the validation part holds; beside that, the same listeners by a model trained with everything.
`--model ials` says the same of the exact factorisation, which needs no Spark.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks import machine

PROJECT = Path(__file__).resolve().parent.parent
RANK, TRACKS = 64, 106_574
MOST_PLAYS = 300
CONFIDENCE = {"alpha": 3.0, "reg_param": 0.5}
PARTS = 20
K = 20
# Of the plays of a listener who has gone on listening.
NEW = 0.2
# As Spark's ALS is trained by default, and the exact factorisation for Last.fm, but for the factors.
PARAMS = {
    "als": {"rank": RANK, "reg_param": 0.5, "alpha": 3.0, "iterations": 10},
    "ials": {"factors": RANK, "l2": 0.02, "alpha": 0.03, "beta": 0.25, "iterations": 16},
}


def timed(listeners: int, seed: int) -> dict:
    from recommender.algorithms.crowd import Crowd
    from recommender.algorithms.fold_in import fold_in

    chance = np.random.default_rng(seed)
    items = (chance.standard_normal((TRACKS, RANK)) / np.sqrt(RANK)).astype(np.float32)
    gram = (items.T @ items).astype(np.float64)
    others = chance.standard_normal((20_000, RANK)) / np.sqrt(RANK)
    crowd = Crowd.of(others, chance.geometric(0.05, TRACKS), 1.0)
    taken = {"fold_in": [], "fold_in_cpu": [], "with_scores": [], "with_scores_cpu": []}
    for plays in chance.integers(1, MOST_PLAYS + 1, size=listeners):
        heard = np.sort(chance.choice(TRACKS, plays, replace=False))
        weights = np.where(chance.random(plays) < 0.1, -0.5, 1.0)
        begun, cpu = time.perf_counter(), time.thread_time()
        own = items[heard].astype(np.float64)
        folded = fold_in(gram, own, heard, weights, **CONFIDENCE, crowd=crowd.part(heard))
        taken["fold_in"].append(time.perf_counter() - begun)
        taken["fold_in_cpu"].append(time.thread_time() - cpu)
        items @ folded.factors
        taken["with_scores"].append(time.perf_counter() - begun)
        taken["with_scores_cpu"].append(time.thread_time() - cpu)
    return {name: _percentiles(seconds) for name, seconds in taken.items()}


def judged(model: str, data: Path, shares: int, seed: int) -> dict:
    from recommender.evaluation.files import read
    from recommender.evaluation.metrics import accuracy
    from recommender.evaluation.ranking import rank

    (train, truth), _ = read(data / "lastfm" / "train.txt", data / "lastfm" / "valid.txt")
    part = np.random.default_rng(seed).permutation(len(train)) % PARTS
    whole = accuracy(rank(_fit(model, train), train, K), truth, K)["ndcg"]
    # The plays of a listener that the training has not seen.
    unseen = {
        "new": np.ones(len(train.rows), dtype=bool),
        "gone_on": np.random.default_rng(seed).random(len(train.rows)) < NEW,
    }
    found = {"params": PARAMS[model]}
    for who, plays in unseen.items():
        folded = np.full(len(train), np.nan)
        for share in range(shares):
            fitted = _fit(model, train.kept((part[train.rows] != share) | ~plays))
            values = accuracy(rank(AsNew(fitted), train, K), truth, K)["ndcg"]
            folded[part == share] = values[part == share]
            print(who, share + 1, f"{np.nanmean(folded):.4f}", file=sys.stderr)
        found[who] = _beside(folded, whole)
    return found


class AsNew:
    """Scores listeners as the service does those of whom the model has not seen everything."""

    def __init__(self, scorer) -> None:
        self.name, self.scores = scorer.name, getattr(scorer, "scores_of_new", scorer.scores)


def _beside(folded: np.ndarray, whole: np.ndarray) -> dict:
    from recommender.evaluation.bootstrap import better, interval

    same = np.where(np.isnan(folded), np.nan, whole)
    return {
        "listeners": int((~np.isnan(folded)).sum()),
        f"retrained_ndcg@{K}": _rounded(interval(same)),
        f"folded_in_ndcg@{K}": _rounded(interval(folded)),
        "difference": _rounded(better(folded, same)),
        "ratio": round(float(np.nanmean(folded) / np.nanmean(same)), 4),
    }


def _fit(model: str, histories):
    from recommender.algorithms.registry import SCORERS

    return SCORERS[model].fit(histories, **PARAMS[model])


def _rounded(found) -> dict[str, float]:
    return {name: round(value, 5) for name, value in vars(found).items()}


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{p}_ms": round(float(np.percentile(seconds, p)) * 1000, 3) for p in (50, 95, 99)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=list(PARAMS), default="als")
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--shares", type=int, default=4, help=f"of {PARTS}, how many are left out in turn (default: 4)")
    parser.add_argument("--listeners", type=int, default=2_000, help="who are timed (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
    import django

    django.setup()
    from contextlib import nullcontext

    from recommender import spark

    found = {"rank": RANK, "tracks": TRACKS, "time": timed(options.listeners, options.seed)}
    # Started once for all trainings.
    with spark.session() if options.model == "als" else nullcontext():
        found["quality"] = judged(options.model, options.data, options.shares, options.seed)
    about = {"benchmark": "fold_in", "machine": machine.described(), "model": options.model, "seed": options.seed}
    print(json.dumps(about | found))


if __name__ == "__main__":
    main()
