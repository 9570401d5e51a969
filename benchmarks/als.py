"""Spark's ALS at 64 factors on Gowalla, in its parts, beside the library implicit in the same run.

    python -m benchmarks.als [--data ../shared/data] [--rank 64] [--iterations 15]

Timed are the session; a training of one iteration by a Java that has compiled nothing yet (cold), and again; and one of
all iterations. Each hands the plays over and fetches the factors, as a training of the service does; an iteration is
what the difference of the last two comes to, and `prepared` what a training takes besides: handing over, cutting the
plays into blocks, fetching the factors. Of each the processor time of Spark's Java is given besides, which says more
than the clock where others use the machine.

`tasks` is what Spark itself counts of the last training: seconds of all tasks together, of their processor time and
collecting of garbage, and of these the shuffle's, writing what other tasks read and waiting for it, with its bytes.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import machine

PROJECT = Path(__file__).resolve().parent.parent
SEED = 1


def measure(options: argparse.Namespace) -> dict:
    from recommender import spark
    from recommender.algorithms import spark_als
    from recommender.evaluation.files import read
    from recommender.interactions import Interactions

    [train], _ = read(options.data / "gowalla" / "train.txt")
    pairs = train.preferred().tocoo()
    numbers = list(range(len(train))), np.arange(train.n_items)
    plays = Interactions(*numbers, pairs.row, pairs.col, pairs.data, pairs.nnz).with_preferences()
    found = {"plays": pairs.nnz, "implicit": _implicit(train.preferred(), options)}
    clock = Clock()
    with spark.session() as session:
        found["session"] = clock.lap()
        # What is learned first is learned by code that is not compiled yet.
        for part, iterations in (("cold", 1), ("one_iteration", 1), ("all_iterations", options.iterations)):
            before = _tasks(session)
            spark_als.fit(plays, spark_als.Params(options.rank, iterations=iterations, seed=SEED))
            found[part] = clock.lap()
            print(part, found[part], file=sys.stderr)
        found["tasks"] = {name: round(value - before[name], 2) for name, value in _tasks(session).items()}
    more = options.iterations - 1
    found["an_iteration"] = {
        name: round((found["all_iterations"][name] - found["one_iteration"][name]) / more, 2) for name in ("s", "cpu_s")
    }
    found["prepared"] = {
        name: round(found["one_iteration"][name] - found["an_iteration"][name], 2) for name in ("s", "cpu_s")
    }
    return found


def _tasks(session) -> dict[str, float]:
    """What Spark has counted of all its stages so far, in seconds and MB."""
    store = session.sparkContext._jsc.sc().statusStore()
    none = session.sparkContext._gateway.new_array(session.sparkContext._jvm.double, 0)
    stages = store.stageList(None, False, False, none, None)
    of = {
        "run_s": lambda stage: stage.executorRunTime() / 1e3,
        "cpu_s": lambda stage: stage.executorCpuTime() / 1e9,
        "garbage_s": lambda stage: stage.jvmGcTime() / 1e3,
        "shuffle_write_s": lambda stage: stage.shuffleWriteTime() / 1e9,
        "shuffle_wait_s": lambda stage: stage.shuffleFetchWaitTime() / 1e3,
        "shuffle_mb": lambda stage: stage.shuffleWriteBytes() / 1e6,
    }
    all_stages = [stages.apply(place) for place in range(stages.size())]
    return {name: sum(map(value, all_stages)) for name, value in of.items()}


class Clock:
    """Seconds, and seconds of processor time of Spark's Java, since the last lap."""

    def __init__(self) -> None:
        self.began, self.computed = time.perf_counter(), 0.0

    def lap(self) -> dict[str, float]:
        now, computed = time.perf_counter(), _computed()
        found = {"s": round(now - self.began, 2), "cpu_s": round(computed - self.computed, 2)}
        self.began, self.computed = now, computed
        return found


def _computed() -> float:
    """Seconds of processor time of Spark's Java so far."""
    from pyspark import SparkContext

    process = SparkContext._gateway.proc.pid
    state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    # User and system time, fields 14 and 15 of proc(5).
    return (int(state[11]) + int(state[12])) / os.sysconf("SC_CLK_TCK")


def _implicit(matrix, options: argparse.Namespace) -> dict[str, float]:
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    threads = os.cpu_count() or 1
    # It divides the work by itself, and asks for this.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=options.rank, iterations=options.iterations, random_state=SEED, num_threads=threads
        )
        return _timed(lambda: model.fit(matrix, show_progress=False))


def _timed(work: Callable[[], object]) -> dict[str, float]:
    began, computed = time.perf_counter(), time.process_time()
    work()
    return {"s": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time() - computed, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=15, help="two or more (default: %(default)s)")
    options = parser.parse_args()
    if options.iterations < 2:
        parser.error(f"--iterations {options.iterations}: two or more are needed")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
    import django

    django.setup()
    about = {"rank": options.rank, "iterations": options.iterations, "seed": SEED}
    print(json.dumps({"benchmark": "als", "machine": machine.described(), **about, **measure(options)}))


if __name__ == "__main__":
    main()
