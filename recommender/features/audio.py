"""The 518 features of FMA's features.csv, taken of an audio file, so that its published ones and ours can be mixed.

Each column means what FMA's script (features.py of github.com/mdeff/fma) made of a clip at 44.1 kHz with the librosa of
2017, which differs from what its names say:

- all spectral features but those of the constant-Q and mel filters were told a rate of 22.05 kHz, librosa's default.
  So centroid, bandwidth and roll-off are half of the true frequency, and the bands of the contrast and the notes of
  chroma_stft begin at twice theirs;
- `rmse` is the root mean square over the bins of the spectrum, not that of the samples;
- a clip is reflected at its ends, and the filters of the constant-Q transform are 3 % shorter than today's.

Where FMA read a file at another rate than 44.1 kHz, it kept that, and the meaning of its columns shifted with it; here
all files become 44.1 kHz. benchmarks/sample_rate.py measures what other choices cost.
"""

import fcntl
import tempfile
from functools import cache, lru_cache
from pathlib import Path

import librosa
import numba
import numpy as np

from recommender.features import kernels
from recommender.features.columns import FMA_SIZES
from recommender.features.constant_q import NOTES, OCTAVES, constant_q
from recommender.features.decoding import SAMPLE_RATE, decode
from recommender.features.spectrum import FFT, HOP, NOMINAL_RATE, power_spectrum, spectral_features
from recommender.features.statistics import summarise
from recommender.features.tuning import estimate_tuning

# Samples as weak as this have no sign (librosa's default).
SIGNLESS = 1e-10


def extract(path: Path) -> np.ndarray:
    """The features of a file in the order of `FMA_COLUMNS`: float32, shape (518,), all finite.

    Raises AudioError where the file is of no use, and OSError where it cannot be opened.
    """
    signal = decode(path)
    compile_kernels()
    return describe(signal)


@cache
def compile_kernels() -> None:
    """Once a process: have numba compile the kernels, or load them from NUMBA_CACHE_DIR, one process at a time.

    Processes that compile the same kernels side by side can leave a cache that crashes everyone who loads it.
    """
    folder = Path(numba.config.CACHE_DIR or tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "kernels.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        describe(np.random.default_rng(0).normal(size=2 * SAMPLE_RATE).astype(np.float32))


def describe(signal: np.ndarray) -> np.ndarray:
    """The features of a mono signal at `SAMPLE_RATE`, of a second or more."""
    power = power_spectrum(signal)
    frames = spectral_features(power) | _chroma(signal, power) | {"zcr": _zero_crossing_rate(signal)}
    return np.concatenate([summarise(frames[name]).ravel() for name in FMA_SIZES]).astype(np.float32)


def _chroma(signal: np.ndarray, power: np.ndarray) -> dict[str, np.ndarray]:
    """Features of shape (numbers, frames) that follow from which of the twelve notes sound."""
    notes = constant_q(signal, estimate_tuning(power, SAMPLE_RATE, of_magnitude=True))
    of_notes = {"C": notes, "n_chroma": NOTES, "n_octaves": OCTAVES, "bins_per_octave": NOTES}
    cens = librosa.feature.chroma_cens(**of_notes)
    tuning = estimate_tuning(power, NOMINAL_RATE, of_magnitude=False)
    return {
        "chroma_cens": cens,
        "chroma_cqt": librosa.feature.chroma_cqt(**of_notes),
        "chroma_stft": librosa.util.normalize(_chroma_filters(tuning) @ power.T, norm=np.inf),
        "tonnetz": librosa.feature.tonnetz(chroma=cens),
    }


@lru_cache(maxsize=128)
def _chroma_filters(tuning: float) -> np.ndarray:
    return librosa.filters.chroma(sr=NOMINAL_RATE, n_fft=FFT, tuning=tuning, n_chroma=NOTES)


def _zero_crossing_rate(signal: np.ndarray) -> np.ndarray:
    """The share of each frame's samples that cross zero: shape (1, frames). Beyond its ends a signal stays as it is."""
    counts = kernels.crossing_counts(np.pad(signal, FFT // 2, mode="edge"), SIGNLESS)
    return (counts[FFT - 1 :: HOP] - counts[: len(counts) - FFT + 1 : HOP])[None] / FFT
