import librosa
import numpy as np
import pytest

from recommender.features.spectrum import power_spectrum
from recommender.features.tuning import estimate_tuning
from tests.recommender.features.sounds import RATE, noise, sine


@pytest.mark.parametrize("semitones", [-0.3, 0.0, 0.2])
@pytest.mark.parametrize("of_magnitude", [True, False])
def test_a_tone_out_of_tune(semitones, of_magnitude):
    """High enough for the bins of the FFT to lie less than a quarter of a semitone apart."""
    power = power_spectrum(sine(1_760 * 2 ** (semitones / 12), 3))
    assert estimate_tuning(power, RATE, of_magnitude=of_magnitude) == pytest.approx(semitones, abs=0.03)


@pytest.mark.parametrize("rate", [RATE, RATE / 2])
def test_agrees_with_librosa(rate):
    chord = sum(sine(hertz, 3) * 2**-place for place, hertz in enumerate((226, 339, 452, 1_130))) + 0.1 * noise(3)
    power = power_spectrum(chord)
    for of_magnitude, values in ((True, np.sqrt(power)), (False, power)):
        expected = librosa.estimate_tuning(S=values.T, sr=rate)
        assert estimate_tuning(power, rate, of_magnitude=of_magnitude) == pytest.approx(expected, abs=1e-9)


def test_silence_is_in_tune():
    assert estimate_tuning(np.zeros((10, 1_025), np.float32), RATE, of_magnitude=True) == 0
