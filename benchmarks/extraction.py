"""How fast FMA's 518 features are taken of MP3 clips of 30 s, and that they are the straightforward way's.

    python -m benchmarks.extraction [--seed 1]

Both ways read each clip in turns in one process, with one thread; the straightforward one is `fma_script.py`. Their
processor time is compared, which other work on the machine disturbs less than it does the clock. Then one process of
the pool is compared with two, by the clock. The last line is JSON. "close": within 5 % or 0.01; correlations are over
the clips, a column at a time, the worst of each family, without the columns that do not vary.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

STATE = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parent.parent / "var")).resolve()
# Where the service keeps them; numba reads it when it is imported.
os.environ.setdefault("NUMBA_CACHE_DIR", str(STATE / "numba"))

import numpy as np  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402

from benchmarks import clips, fma_script, machine  # noqa: E402
from recommender.features import audio  # noqa: E402
from recommender.features.columns import FMA_COLUMNS, FMA_SIZES  # noqa: E402
from recommender.features.pool import extract_all  # noqa: E402

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    paths = clips.make(options.seed)
    result = {"benchmark": "extraction", "clips": len(paths), "seed": options.seed}
    with threadpool_limits(1):
        result |= both_ways(paths)
    print(json.dumps(result | {"pool": pool(paths), "machine": machine.described()}))


def both_ways(paths: list[Path]) -> dict:
    for extract in (audio.extract, fma_script.extract):
        extract(paths[0])
    ours, theirs = [], []
    for path in paths:
        ours.append(_timed(audio.extract, path))
        theirs.append(_timed(fma_script.extract, path))
    ratios = [slow / fast for (fast, _), (slow, _) in zip(ours, theirs, strict=True)]
    return {
        "cpu_ms_a_clip": round(1_000 * median(seconds for seconds, _ in ours), 1),
        "straightforward_cpu_ms_a_clip": round(1_000 * median(seconds for seconds, _ in theirs), 1),
        "times_as_fast": {"median": round(median(ratios), 2), "worst": round(min(ratios), 2)},
        **equality(np.stack([vector for _, vector in ours]), np.stack([vector for _, vector in theirs])),
    }


def equality(found: np.ndarray, wanted: np.ndarray) -> dict:
    """Of two arrays of shape (clips, 518)."""
    close = np.abs(found - wanted) <= np.maximum(0.05 * np.abs(wanted), 0.01)
    families = np.array([family for family, _, _ in FMA_COLUMNS])
    # What differs by its rounding errors alone has no correlation.
    varies = np.ptp(wanted, axis=0) > 1e-4 * np.abs(wanted).max(axis=0)
    correlations = np.array([_correlation(*pair) for pair in zip(found.T, wanted.T, strict=True)])
    return {
        "close": round(float(close.mean()), 5),
        "columns_that_do_not_vary": int((~varies).sum()),
        "worst_correlation": {
            family: round(float(correlations[varies & (families == family)].min()), 6) for family in FMA_SIZES
        },
    }


def _correlation(found: np.ndarray, wanted: np.ndarray) -> float:
    found, wanted = found - found.mean(dtype=np.float64), wanted - wanted.mean(dtype=np.float64)
    lengths = np.linalg.norm(found) * np.linalg.norm(wanted)
    return float(found @ wanted / lengths) if lengths > 0 else 0.0


def pool(paths: list[Path]) -> dict:
    """Clips a second of one process and of two: the best of several rounds, each after the processes began."""
    rates = {count: max(_rate(paths, count) for _ in range(ROUNDS)) for count in (1, 2)}
    return {
        "one_process_clips_s": round(rates[1], 2),
        "two_processes_clips_s": round(rates[2], 2),
        "ratio": round(rates[2] / rates[1], 2),
    }


def _rate(paths: list[Path], count: int) -> float:
    finished = []
    for _, found in extract_all(enumerate(paths), count):
        if not isinstance(found, np.ndarray):
            raise found
        finished.append(time.perf_counter())
    # From the first few on, so that the start of the processes does not count.
    warm = 4 * count
    return (len(finished) - 1 - warm) / (finished[-1] - finished[warm])


def _timed(extract: Callable[[Path], np.ndarray], path: Path) -> tuple[float, np.ndarray]:
    start = time.process_time()
    vector = extract(path)
    return time.process_time() - start, vector


if __name__ == "__main__":
    main()
