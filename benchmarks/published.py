"""The presets on public data, fitted on the training parts and judged on the validation parts, beside two peers.

    python -m benchmarks.published [--data ../shared/data] [lastfm gowalla sequences]

The peers are EASE and the library implicit's ALS, whose parameters are looked for by the very plays that judge it, of
SAMPLE listeners, until a step to either side of each is no better: the best that can be said of it, with up to
MOST_FACTORS, as ever more are ever a little better and take it hours. EASE is of the 10,000 most heard items, as the
inverse for all of Gowalla's would take 6.7 GB. Each data set has a process of its own; `preset_peak_gib` is its peak
before the peers begin.

The sequences have no validation part: there each history loses its last item, which is the one to be found.
The test parts are not read; `manage.py evaluate --preset` judges those.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from benchmarks import machine

PROJECT = Path(__file__).resolve().parent.parent
PRESETS = ("lastfm", "gowalla", "sequences")
CUTOFFS = (10, 20)
KEPT = ("recall", "ndcg", "hit_rate")
# Of EASE: λ by its best on the validation part.
L2 = {"lastfm": 100.0, "gowalla": 300.0, "sequences": 50.0}
# Of implicit's ALS: where the search begins, and what a step multiplies. Regularisation and alpha are stepped together
# besides, as the best of one moves with the other.
IMPLICIT = {
    "lastfm": {"factors": 512, "regularization": 100.0, "alpha": 30.0},
    "gowalla": {"factors": 1024, "regularization": 10.0, "alpha": 10.0},
    "sequences": {"factors": 64, "regularization": 30.0, "alpha": 10.0},
}
STEPS = ({"factors": 2}, {"regularization": 1.5}, {"regularization": 2.0, "alpha": 2.0})
# What a step has to gain to be taken: ever more factors gain ever less.
GAIN = 0.001
ITERATIONS = 15
MOST_FACTORS = 1024
# Listeners that the search is judged by.
SAMPLE = 2_000
SEED = 1


def judge(name: str, data: Path) -> dict:
    import django

    django.setup()
    from functools import partial

    from recommender.algorithms.ease import Ease
    from recommender.evaluation import report
    from recommender.evaluation.compare import compare
    from recommender.evaluation.presets import PRESETS as CHOSEN

    train, truth = _parts(name, data)
    judged = compare({"preset": partial(CHOSEN[name].fit, train)}, train, truth, CUTOFFS)
    peak = _peak_gib()
    tried = _search(name, train, truth)
    params = _params(name, max(tried, key=tried.get))
    peers = {
        "ease": partial(Ease.fit, train, l2=L2[name], kept=2_000),
        "implicit": lambda: Peer(train, **params),
    }
    judged += compare(peers, train, truth, CUTOFFS)
    models = report.as_dict(judged[1:] + judged[:1], CUTOFFS)
    return {
        "listeners": len(train),
        "items": train.n_items,
        "judged": int((truth.lengths > 0).sum()),
        "preset_peak_gib": peak,
        "implicit": {"tried": len(tried), **params},
        "models": {
            one.name: {
                "fit_seconds": models[one.name]["fit_seconds"],
                "rank_seconds": models[one.name]["rank_seconds"],
                **{f"@{k}": {metric: models[one.name][f"@{k}"][metric] for metric in KEPT} for k in CUTOFFS},
            }
            for one in judged
        },
        "lead": {
            other.name: {
                f"ndcg@{k}": {key: round(value, 5) for key, value in vars(judged[0].lead(other, k, "ndcg")).items()}
                for k in CUTOFFS
            }
            for other in judged[1:]
        },
    }


def _parts(name: str, data: Path):
    import numpy as np

    from recommender.evaluation.files import read

    if name != "sequences":
        return tuple(read(data / name / "train.txt", data / name / "valid.txt")[0])
    [whole], _ = read(data / "lastfm_sequences" / "sequences.txt")
    last = np.zeros(len(whole.items), dtype=bool)
    last[whole.offsets[1:] - 1] = True
    return whole.kept(~last), whole.kept(last)


class Peer:
    """implicit's ALS, which scores listeners by the factors that it gave them."""

    name = "implicit"

    def __init__(self, train, **params: float) -> None:
        from implicit.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        # It divides the work by itself, and asks for this.
        with threadpool_limits(1, "blas"):
            self.model = AlternatingLeastSquares(num_threads=2, iterations=ITERATIONS, random_state=SEED, **params)
            self.model.fit(train.preferred(), show_progress=False)
        self.given = 0

    def scores(self, histories):
        """Blocks come in the order of the listeners fitted on."""
        first, self.given = self.given, self.given + len(histories)
        return self.model.user_factors[first : self.given] @ self.model.item_factors.T


def _search(name: str, train, truth) -> dict[tuple[int, ...], float]:
    """NDCG@20 by the count of each of STEPS from IMPLICIT, climbed until no neighbour is better by GAIN."""
    tried: dict[tuple[int, ...], float] = {}
    best, climbing = (0,) * len(STEPS), True
    while climbing:
        for place in (best, *_neighbours(best)):
            if place not in tried and _params(name, place)["factors"] <= MOST_FACTORS:
                params = _params(name, place)
                tried[place] = _value(Peer(train, **params), train, truth)
                print(name, "implicit", params, round(tried[place], 5), file=sys.stderr)
        highest = max(tried, key=tried.get)
        climbing, best = tried[highest] > tried[best] + GAIN, highest
    return tried


def _neighbours(place: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [(*place[:n], place[n] + step, *place[n + 1 :]) for n in range(len(place)) for step in (1, -1)]


def _params(name: str, place: tuple[int, ...]) -> dict[str, float]:
    found = dict(IMPLICIT[name])
    for step, count in zip(STEPS, place, strict=True):
        found |= {one: found[one] * times**count for one, times in step.items()}
    return found | {"factors": int(found["factors"])}


def _value(peer: Peer, train, truth) -> float:
    from recommender.evaluation.metrics import accuracy
    from recommender.evaluation.ranking import rank

    judged = min(SAMPLE, len(train))
    found = accuracy(rank(peer, train.part(0, judged), 20), truth.part(0, judged), 20)["ndcg"]
    return float(found[truth.part(0, judged).lengths > 0].mean())


def _peak_gib() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", metavar="PRESET", help=f"of {', '.join(PRESETS)} (default: all)")
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--judge", choices=PRESETS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.judge:
        print(json.dumps(judge(options.judge, options.data)))
        return
    if unknown := set(options.presets).difference(PRESETS):
        parser.error(f"no preset is called {', '.join(sorted(unknown))}; there are {', '.join(PRESETS)}")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "musicapp.settings"}
    found = {}
    for name in options.presets or PRESETS:
        command = [sys.executable, "-m", "benchmarks.published", "--judge", name, "--data", str(options.data)]
        done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
        print(name, json.dumps(found[name]), file=sys.stderr)
    print(json.dumps({"benchmark": "published", "machine": machine.described(), "seed": SEED, **found}))


if __name__ == "__main__":
    main()
