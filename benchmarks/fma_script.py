"""The 518 features as FMA's own script takes them: the straightforward way, each by its function of librosa.

After features.py of github.com/mdeff/fma, with today's names for the functions. Where today's librosa has another
default than that of 2017 (0.5), the old one is written out; so are the rates that the script left to a default. With
these, librosa 0.5.1 itself gives the same values in all families but those of the constant-Q transform.
"""

from pathlib import Path

import librosa
import numpy as np
from scipy import stats

from recommender.features.columns import FMA_SIZES, STATISTICS

FRAME = {"n_fft": 2_048, "hop_length": 512}
DEFAULT_RATE = 22_050
# A note's bandwidth was the step to the next one, and is the mean of the steps to both sides.
FILTER_SCALE = (2 ** (1 / 6) - 1) / (2 ** (1 / 6) + 1) / (2 ** (1 / 12) - 1)


def extract(path: Path) -> np.ndarray:
    """Shape (518,), in the order of FMA's columns."""
    signal, rate = librosa.load(path, sr=None, mono=True)
    return describe(signal, rate)


def describe(signal: np.ndarray, rate: float, told: float = DEFAULT_RATE, padding: str = "reflect") -> np.ndarray:
    """`told`: the rate that the spectral features believe in."""
    notes = np.abs(
        librosa.cqt(
            signal,
            sr=rate,
            hop_length=512,
            bins_per_octave=12,
            n_bins=7 * 12,
            tuning=None,
            filter_scale=FILTER_SCALE,
            pad_mode=padding,
        )
    )
    of_notes = {"C": notes, "n_chroma": 12, "n_octaves": 7, "bins_per_octave": 12}
    cens = librosa.feature.chroma_cens(**of_notes)
    magnitude = np.abs(librosa.stft(signal, **FRAME, pad_mode=padding))
    mel = librosa.feature.melspectrogram(sr=rate, S=magnitude**2)
    frames = {
        "chroma_cens": cens,
        "chroma_cqt": librosa.feature.chroma_cqt(**of_notes),
        "chroma_stft": librosa.feature.chroma_stft(S=magnitude**2, n_chroma=12, sr=told),
        "mfcc": librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=20),
        # `librosa.feature.rmse` of 2017; today's `rms` makes up for the transform's length and one-sidedness.
        "rmse": np.sqrt(np.mean(magnitude**2, axis=0, keepdims=True)),
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(S=magnitude, sr=told),
        "spectral_centroid": librosa.feature.spectral_centroid(S=magnitude, sr=told),
        "spectral_contrast": librosa.feature.spectral_contrast(S=magnitude, n_bands=6, sr=told),
        "spectral_rolloff": librosa.feature.spectral_rolloff(S=magnitude, sr=told),
        "tonnetz": librosa.feature.tonnetz(chroma=cens),
        "zcr": librosa.feature.zero_crossing_rate(signal, frame_length=2_048, hop_length=512),
    }
    return np.concatenate([_statistics(frames[name]).ravel() for name in FMA_SIZES])


def _statistics(values: np.ndarray) -> np.ndarray:
    found = {
        "mean": np.mean(values, axis=1),
        "std": np.std(values, axis=1),
        "skew": stats.skew(values, axis=1),
        "kurtosis": stats.kurtosis(values, axis=1),
        "median": np.median(values, axis=1),
        "min": np.min(values, axis=1),
        "max": np.max(values, axis=1),
    }
    # scipy has no skewness and no kurtosis of what does not vary; FMA's table has 0 there.
    return np.nan_to_num(np.stack([found[name] for name in STATISTICS]))
