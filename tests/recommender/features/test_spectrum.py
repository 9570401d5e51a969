"""Beside librosa's own functions, with what FMA's script gave them."""

import librosa
import numpy as np
import pytest

from recommender.features.spectrum import NOMINAL_RATE, power_spectrum, spectral_features
from tests.recommender.features.sounds import RATE, noise, sine


@pytest.fixture(
    scope="module",
    params=[
        noise(2),
        0.001 * noise(2) + sine(880, 2),
        np.concatenate([np.zeros(RATE), noise(1.5), np.zeros(RATE)]).astype(np.float32),
    ],
    ids=["noise", "tone in noise", "noise in silence"],
)
def signal(request) -> np.ndarray:
    return request.param


@pytest.fixture(scope="module")
def magnitude(signal) -> np.ndarray:
    return np.abs(librosa.stft(signal, n_fft=2_048, hop_length=512, pad_mode="reflect"))


@pytest.fixture(scope="module")
def found(signal) -> dict[str, np.ndarray]:
    return spectral_features(power_spectrum(signal))


def test_power(signal, magnitude):
    np.testing.assert_allclose(power_spectrum(signal).T, magnitude**2, rtol=1e-4, atol=1e-9)


def test_shapes(found, magnitude):
    told = {"S": magnitude, "sr": NOMINAL_RATE}
    close = {"rtol": 1e-3, "atol": 1e-3}
    np.testing.assert_allclose(found["spectral_centroid"], librosa.feature.spectral_centroid(**told), **close)
    np.testing.assert_allclose(found["spectral_bandwidth"], librosa.feature.spectral_bandwidth(**told), **close)
    np.testing.assert_allclose(found["spectral_rolloff"], librosa.feature.spectral_rolloff(**told), **close)
    np.testing.assert_allclose(found["spectral_contrast"], librosa.feature.spectral_contrast(**told), **close)


def test_energy(found, magnitude):
    np.testing.assert_allclose(found["rmse"][0], np.sqrt((magnitude**2).mean(axis=0)), rtol=1e-4)


def test_mfcc(found, magnitude):
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=RATE)
    expected = librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=20)
    np.testing.assert_allclose(found["mfcc"], expected, rtol=1e-3, atol=1e-2)


def test_the_ends_are_reflected():
    """At the very beginning of a ramp from 0, one hears the same ramp backwards before it."""
    ramp = np.linspace(0, 1, RATE, dtype=np.float32)
    mirrored = np.abs(np.arange(-1_024, 1_024)) / (RATE - 1)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2_048) / 2_048)
    expected = np.abs(np.fft.rfft(mirrored * window)) ** 2
    np.testing.assert_allclose(power_spectrum(ramp)[0], expected, rtol=1e-3, atol=1e-6)
