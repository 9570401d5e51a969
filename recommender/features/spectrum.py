"""Features of a clip that follow from its short-time spectrum."""

from functools import cache

import librosa
import numpy as np
import scipy.fft
import scipy.signal

from recommender.features import kernels
from recommender.features.columns import FMA_SIZES
from recommender.features.decoding import SAMPLE_RATE

FFT = 2_048
HOP = 512
# The rate that FMA's script left to librosa's default: it counts bins as if they came from this one.
NOMINAL_RATE = 22_050
# What librosa did in 2017 beyond a clip's ends; its default is silence by now.
PADDING = "reflect"
ROLL_PERCENT = 0.85
# Octave bands from 200 Hz up; their extremes are the weakest and strongest fiftieth (librosa's defaults, which follow
# Jiang et al., "Music type classification by spectral contrast feature", ICME 2002).
CONTRAST_BANDS = 6
LOWEST_BAND = 200
EXTREME = 0.02
# Frames whose spectra stay in the processor's cache between two steps.
BLOCK = 32


def power_spectrum(signal: np.ndarray) -> np.ndarray:
    """Squared magnitudes of the Hann-windowed frames of a mono signal: float32, shape (frames, 1 + FFT / 2).

    The transpose of librosa's, for a frame is what the features are taken of.
    """
    padded = np.pad(signal, FFT // 2, mode=PADDING)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    power = np.empty((len(frames), FFT // 2 + 1), np.float32)
    for start in range(0, len(frames), BLOCK):
        block = slice(start, start + BLOCK)
        kernels.power_of(scipy.fft.rfft(frames[block] * _window()), power[block])
    return power


def spectral_features(power: np.ndarray) -> dict[str, np.ndarray]:
    """Features of shape (numbers, frames); frequencies in Hz as if the rate were `NOMINAL_RATE`."""
    shapes = kernels.spectral_shapes(power, ROLL_PERCENT).T
    hertz = NOMINAL_RATE / FFT
    mel = _mel_filters() @ power.T
    return {
        "mfcc": librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=FMA_SIZES["mfcc"]),
        "rmse": shapes[:1],
        "spectral_centroid": shapes[1:2] * hertz,
        "spectral_bandwidth": shapes[2:3] * hertz,
        "spectral_contrast": _contrast(power),
        "spectral_rolloff": shapes[3:] * hertz,
    }


def _contrast(power: np.ndarray) -> np.ndarray:
    valleys, peaks = kernels.band_extremes(power, _contrast_bands())
    # Decibels of magnitudes, as if they were powers: FMA's script gives them so.
    return librosa.power_to_db(peaks) - librosa.power_to_db(valleys)


@cache
def _window() -> np.ndarray:
    # In float64, and so the transform: the noise of a float32 one would drown the weak bins above an MP3's cut.
    return scipy.signal.get_window("hann", FFT)


@cache
def _mel_filters() -> np.ndarray:
    return librosa.filters.mel(sr=SAMPLE_RATE, n_fft=FFT)


@cache
def _contrast_bands() -> np.ndarray:
    """For `kernels.band_extremes`, with librosa's borders: each begins a bin early, and the last takes the rest."""
    hertz = librosa.fft_frequencies(sr=NOMINAL_RATE, n_fft=FFT)
    edges = [0, *(LOWEST_BAND * 2**octave for octave in range(CONTRAST_BANDS + 1))]
    bands = []
    for number in range(CONTRAST_BANDS + 1):
        inside = np.flatnonzero((hertz >= edges[number]) & (hertz <= edges[number + 1]))
        first, last = inside[0] - (number > 0), inside[-1]
        if number == CONTRAST_BANDS:
            last = len(hertz) - 1
        count = max(1, round(EXTREME * (last + 1 - first)))
        bands.append((first, last + (number == CONTRAST_BANDS), count))
    return np.array(bands, dtype=np.int64)
