"""Whether our features stand beside FMA's without a seam, and what another sample rate would do to that.

    python -m benchmarks.sample_rate [--seed 1]

Each clip's features are taken as FMA's script took them (`fma_script.py`, at 44.1 kHz), and in other ways: as the
service takes them; at 22.05 kHz, with every frequency a true one and today's scale and edges; the same with a line
fitted to each column on the other half of the clips. The transform is fitted on FMA's. The last line is JSON, for each:

- a family's columns: the median correlation with FMA's, and the median shift in standard deviations between clips;
- itself: the share of clips whose nearest neighbour among FMA's vectors is the same clip;
- same_origin: of the 10 nearest when half of the clips come from FMA and half from the other way, the share that has
  the clip's own origin; "none" is what it would be without a seam.
"""

import argparse
import json
import os
from pathlib import Path

STATE = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parent.parent / "var")).resolve()
os.environ.setdefault("NUMBA_CACHE_DIR", str(STATE / "numba"))

import librosa  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks import clips, fma_script, machine  # noqa: E402
from recommender.features import audio  # noqa: E402
from recommender.features.columns import FMA_COLUMNS, FMA_SIZES  # noqa: E402
from recommender.features.origin import Origin  # noqa: E402
from recommender.features.transform import Transform  # noqa: E402

HALF_RATE = 22_050
NEAREST = 10
DRAWS = 200
# Root mean square of samples from that of a spectrum's bins: what today's librosa makes up for.
TO_SAMPLES = np.sqrt(2 * (2_048 // 2 + 1)) / 2_048


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    paths = clips.make(options.seed)
    fma = np.stack([fma_script.extract(path) for path in paths])
    half = np.stack([half_rate(path) for path in paths])
    ways = {
        "ours": np.stack([audio.extract(path) for path in paths]),
        "22050_hz": half,
        "22050_hz_with_fitted_lines": fitted(half, fma, rng),
    }
    transform = Transform.fit(fma, origin=Origin(0, "fma", "", len(fma), "", ""))
    result = {"benchmark": "sample_rate", "clips": len(paths), "seed": options.seed}
    result |= {name: families(way, fma) | neighbours(transform(way), transform(fma), rng) for name, way in ways.items()}
    print(json.dumps(result | {"machine": machine.described()}))


def half_rate(path: Path) -> np.ndarray:
    signal, _ = librosa.load(path, sr=HALF_RATE)
    vector = fma_script.describe(signal, HALF_RATE, told=HALF_RATE, padding="constant")
    scaled = [place for place, (family, *_) in enumerate(FMA_COLUMNS) if family == "rmse"]
    unscaled = [place for place in scaled if FMA_COLUMNS[place][1] in ("kurtosis", "skew")]
    vector[[place for place in scaled if place not in unscaled]] *= TO_SAMPLES
    return vector


def fitted(found: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each half by the least-squares lines of the other."""
    lines = np.empty_like(found)
    halves = np.array_split(rng.permutation(len(found)), 2)
    for these, others in (halves, halves[::-1]):
        middle, aim = found[others].mean(axis=0), wanted[others].mean(axis=0)
        away = found[others] - middle
        squares = (away**2).sum(axis=0)
        slope = (away * (wanted[others] - aim)).sum(axis=0) / np.where(squares > 0, squares, 1.0)
        lines[these] = aim + slope * (found[these] - middle)
    return lines


def families(found: np.ndarray, wanted: np.ndarray) -> dict:
    names = np.array([family for family, _, _ in FMA_COLUMNS])
    spread = wanted.std(axis=0)
    varies = np.ptp(wanted, axis=0) > 1e-4 * np.abs(wanted).max(axis=0)
    shifts = np.abs((found - wanted).mean(axis=0)) / np.where(varies, spread, 1.0)
    away = [values - values.mean(axis=0) for values in (found, wanted)]
    lengths = np.linalg.norm(away[0], axis=0) * np.linalg.norm(away[1], axis=0)
    correlations = (away[0] * away[1]).sum(axis=0) / np.where(lengths > 0, lengths, 1.0)
    return {
        family: {
            "correlation": round(float(np.median(correlations[varies & (names == family)])), 4),
            "shift": round(float(np.median(shifts[varies & (names == family)])), 3),
        }
        for family in FMA_SIZES
    }


def neighbours(found: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> dict:
    """Of unit vectors, both of shape (clips, dimensions)."""
    count = len(found)
    shares = []
    for _ in range(DRAWS):
        ours = rng.permutation(count) < count // 2
        mixed = np.where(ours[:, None], found, wanted)
        likeness = mixed @ mixed.T
        np.fill_diagonal(likeness, -np.inf)
        nearest = np.argsort(-likeness, axis=1)[:, :NEAREST]
        shares.append((ours[nearest] == ours[:, None]).mean())
    likeness = found @ wanted.T
    own = likeness.diagonal()
    return {
        "cosine_to_itself": {"median": round(float(np.median(own)), 4), "worst": round(float(own.min()), 4)},
        "itself": round(float((likeness.argmax(axis=1) == np.arange(count)).mean()), 4),
        "same_origin": {"measured": round(float(np.mean(shares)), 4), "none": round((count / 2 - 1) / (count - 1), 4)},
    }


if __name__ == "__main__":
    main()
