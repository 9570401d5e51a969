"""The 518 features of FMA's features.csv, taken of an audio file with librosa.

Features, parameters and columns are FMA's; the sample rate is not. FMA's script read MP3 at 44.1 kHz and gave librosa
its default of 22.05 kHz for all but the constant-Q and mel filters, so that FMA's centroid, bandwidth and roll-off are
half of the true frequency. Ours are in true Hz.
"""

import fcntl
import tempfile
from functools import cache
from pathlib import Path

import librosa
import numba
import numpy as np

from recommender.features.columns import FMA_SIZES
from recommender.features.decoding import SAMPLE_RATE, decode
from recommender.features.statistics import summarise

FFT = 2_048
HOP = 512
OCTAVES = 7
NOTES = 12


def extract(path: Path) -> np.ndarray:
    """The features of a file in the order of `FMA_COLUMNS`: float32, shape (518,), all finite.

    Raises AudioError where the file is of no use, and OSError where it cannot be opened.
    """
    signal = decode(path)
    compile_kernels()
    return describe(signal)


@cache
def compile_kernels() -> None:
    """Once a process: have numba compile librosa's kernels, or load them from NUMBA_CACHE_DIR, one process at a time.

    Processes that compile the same kernels side by side can leave a cache that crashes everyone who loads it.
    """
    folder = Path(numba.config.CACHE_DIR or tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "kernels.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        describe(np.random.default_rng(0).normal(size=2 * SAMPLE_RATE).astype(np.float32))


def describe(signal: np.ndarray) -> np.ndarray:
    """The features of a mono signal at `SAMPLE_RATE`."""
    magnitude = np.abs(librosa.stft(signal, n_fft=FFT, hop_length=HOP))
    # Estimating it costs more than any one feature, and librosa would do so for each chroma anew.
    tuning = estimate_tuning(magnitude)
    frames = _spectral(magnitude) | _chroma(signal, magnitude, tuning)
    frames["zcr"] = librosa.feature.zero_crossing_rate(signal, frame_length=FFT, hop_length=HOP)
    return np.concatenate([summarise(frames[name]).ravel() for name in FMA_SIZES]).astype(np.float32)


def estimate_tuning(magnitude: np.ndarray) -> float:
    """How far the music is tuned from A = 440 Hz, in semitones; 0 where no pitch is heard."""
    pitches, strengths = librosa.piptrack(S=magnitude, sr=SAMPLE_RATE, n_fft=FFT)
    heard = pitches > 0
    if not heard.any():
        return 0.0
    strong = heard & (strengths >= np.median(strengths[heard]))
    return float(librosa.pitch_tuning(pitches[strong], bins_per_octave=NOTES))


def _spectral(magnitude: np.ndarray) -> dict[str, np.ndarray]:
    """Features of shape (numbers, frames) that follow from the spectrum's shape."""
    centroid = librosa.feature.spectral_centroid(S=magnitude, sr=SAMPLE_RATE)
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=SAMPLE_RATE)
    return {
        "mfcc": librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=FMA_SIZES["mfcc"]),
        "rmse": librosa.feature.rms(S=magnitude, frame_length=FFT),
        "spectral_centroid": centroid,
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(S=magnitude, sr=SAMPLE_RATE, centroid=centroid),
        "spectral_contrast": librosa.feature.spectral_contrast(S=magnitude, sr=SAMPLE_RATE, n_bands=6),
        "spectral_rolloff": librosa.feature.spectral_rolloff(S=magnitude, sr=SAMPLE_RATE),
    }


def _chroma(signal: np.ndarray, magnitude: np.ndarray, tuning: float) -> dict[str, np.ndarray]:
    """Features of shape (numbers, frames) that follow from which of the twelve notes sound."""
    constant_q = librosa.cqt(
        signal, sr=SAMPLE_RATE, hop_length=HOP, bins_per_octave=NOTES, n_bins=OCTAVES * NOTES, tuning=tuning
    )
    of_notes = {"C": np.abs(constant_q), "n_chroma": NOTES, "n_octaves": OCTAVES, "bins_per_octave": NOTES}
    cens = librosa.feature.chroma_cens(**of_notes)
    return {
        "chroma_cens": cens,
        "chroma_cqt": librosa.feature.chroma_cqt(**of_notes),
        "chroma_stft": librosa.feature.chroma_stft(S=magnitude**2, sr=SAMPLE_RATE, n_chroma=NOTES, tuning=tuning),
        "tonnetz": librosa.feature.tonnetz(chroma=cens),
    }
