"""A listener folded in: how long it takes at FMA's size, and how good it is beside a full retraining.

    python -m benchmarks.fold_in [--model als] [--data ../shared/data] [--shares 4] [--seeds 1]

Time: Spark's ALS as it serves, at RANK factors over TRACKS tracks drawn at random, for listeners of one to 300 plays:
the fold-in alone, and with the score of every track; by the clock and by the thread's processor time.

Quality: one twentieth after another of Last.fm's listeners (`--shares` of them) is folded in from their whole
histories, of which the training saw nothing (new listeners), or four fifths (listeners who have gone on since),
and asked for what the validation part holds; beside that, the same listeners by a model trained with everything. With
several `--seeds` it is all done as often, from other factors at the start and by another division, and a listener
counts by the mean. `ratio` has the interval that listeners drawn anew give the difference, beside the mean of the
retrained.

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


def judged(model: str, data: Path, shares: int, seeds: list[int]) -> dict:
    from recommender.evaluation.files import read

    (train, truth), _ = read(data / "lastfm" / "train.txt", data / "lastfm" / "valid.txt")
    found = [_judged(model, train, truth, shares, seed) for seed in seeds]
    return {"params": PARAMS[model]} | {
        who: _beside(*(_mean([one[who][side] for one in found]) for side in (0, 1))) for who in found[0]
    }


def _judged(model: str, train, truth, shares: int, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """NDCG of each listener who is left out once, folded in and retrained; NaN of the others."""
    from recommender.evaluation.metrics import accuracy
    from recommender.evaluation.ranking import rank

    part = np.random.default_rng(seed).permutation(len(train)) % PARTS
    whole = accuracy(rank(_fit(model, train, seed), train, K), truth, K)["ndcg"]
    # The plays of a listener that the training has not seen.
    unseen = {
        "new": np.ones(len(train.rows), dtype=bool),
        "gone_on": np.random.default_rng(seed).random(len(train.rows)) < NEW,
    }
    found = {}
    for who, plays in unseen.items():
        folded = np.full(len(train), np.nan)
        for share in range(shares):
            fitted = _fit(model, train.kept((part[train.rows] != share) | ~plays), seed)
            values = accuracy(rank(AsNew(fitted), train, K), truth, K)["ndcg"]
            folded[part == share] = values[part == share]
            print(seed, who, share + 1, f"{np.nanmean(folded):.4f}", file=sys.stderr)
        found[who] = folded, np.where(np.isnan(folded), np.nan, whole)
    return found


def _mean(values: list[np.ndarray]) -> np.ndarray:
    """Of each listener, over the seeds that have one."""
    counts = np.sum(~np.isnan(values), axis=0)
    return np.where(counts > 0, np.nansum(values, axis=0) / np.maximum(counts, 1), np.nan)


class AsNew:
    """Scores listeners as the service does those of whom the model has not seen everything."""

    def __init__(self, scorer) -> None:
        self.name, self.scores = scorer.name, getattr(scorer, "scores_of_new", scorer.scores)


def _beside(folded: np.ndarray, retrained: np.ndarray) -> dict:
    from recommender.evaluation.bootstrap import Interval, better, interval

    difference, mean = better(folded, retrained), float(np.nanmean(retrained))
    ratio = Interval(*(1.0 + value / mean for value in vars(difference).values()))
    return {
        "listeners": int((~np.isnan(folded)).sum()),
        f"retrained_ndcg@{K}": _rounded(interval(retrained)),
        f"folded_in_ndcg@{K}": _rounded(interval(folded)),
        "difference": _rounded(difference),
        "ratio": _rounded(ratio),
    }


def _fit(model: str, histories, seed: int):
    from recommender.algorithms.registry import SCORERS

    return SCORERS[model].fit(histories, **PARAMS[model], seed=seed)


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
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="how often all is done (default: once, by 1)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
    import django

    django.setup()
    from contextlib import nullcontext

    from recommender import spark

    found = {"rank": RANK, "tracks": TRACKS, "time": timed(options.listeners, options.seeds[0])}
    # Started once for all trainings.
    with spark.session() if options.model == "als" else nullcontext():
        found["quality"] = judged(options.model, options.data, options.shares, options.seeds)
    about = {"benchmark": "fold_in", "machine": machine.described(), "model": options.model, "seeds": options.seeds}
    print(json.dumps(about | found))


if __name__ == "__main__":
    main()
