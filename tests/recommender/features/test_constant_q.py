import librosa
import numpy as np
import pytest

from recommender.features.constant_q import FILTER_SCALE, NOTES, OCTAVES, constant_q
from tests.recommender.features.sounds import RATE, noise, sine


@pytest.mark.parametrize("tuning", [-0.5, 0.0, 0.13])
def test_agrees_with_librosa(tuning):
    signal = 0.3 * noise(3) + sine(65.4, 3) + np.concatenate([np.zeros(RATE), sine(2_093, 2)]).astype(np.float32)
    expected = np.abs(
        librosa.cqt(
            signal,
            sr=RATE,
            hop_length=512,
            n_bins=84,
            bins_per_octave=12,
            tuning=tuning,
            filter_scale=FILTER_SCALE,
            pad_mode="reflect",
        )
    )
    np.testing.assert_allclose(constant_q(signal, tuning), expected, rtol=1e-3, atol=1e-4 * expected.max())


@pytest.mark.parametrize("note", [0, 9, 40, 83])
def test_a_tone_sounds_in_its_own_note(note):
    """Notes are counted from C1, which is 33 semitones and a quarter octave below A4: MIDI's 24 beside 69."""
    found = constant_q(sine(440 * 2 ** ((24 + note - 69) / 12), 2), 0.0)
    assert found.shape == (OCTAVES * NOTES, 1 + 2 * RATE // 512)
    assert np.median(found, axis=1).argmax() == note


def test_filters_have_the_length_of_2017():
    """Q was 1 / (2^(1/12) - 1) in librosa 0.5.1, and is the inverse of librosa's relative bandwidth today."""
    today = librosa.filters.wavelet_lengths(freqs=440 * 2 ** (np.arange(12) / 12), sr=RATE)[0]
    np.testing.assert_allclose(FILTER_SCALE * today[0], RATE / 440 / (2 ** (1 / 12) - 1), rtol=1e-6)
