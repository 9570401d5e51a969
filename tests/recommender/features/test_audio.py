import numpy as np
import pytest

from recommender.features.audio import describe, extract
from recommender.features.columns import FMA_COLUMNS
from recommender.features.spectrum import NOMINAL_RATE
from tests.recommender.features.sounds import RATE, noise, sine, write

A = "10"  # notes are numbered from C, which is 01
NOTES = [f"{number:02d}" for number in range(1, 13)]


def named(vector: np.ndarray) -> dict[tuple[str, str, str], float]:
    return dict(zip(FMA_COLUMNS, vector.tolist(), strict=True))


@pytest.fixture(scope="module")
def tone() -> dict:
    return named(describe(sine(440, 3)))


@pytest.fixture(scope="module")
def hiss() -> dict:
    return named(describe(noise(3)))


@pytest.mark.parametrize("chroma", ["chroma_stft", "chroma_cqt", "chroma_cens"])
def test_440_hz_is_an_a(tone, chroma):
    strength = {note: tone[chroma, "median", note] for note in NOTES}
    assert max(strength, key=strength.get) == A


def test_the_spectrum_of_a_tone_is_at_half_of_its_frequency(tone):
    """FMA's script named librosa's default rate, half of the true one."""
    assert tone["spectral_centroid", "median", "01"] == pytest.approx(440 / 2, rel=0.01)
    # To the width of a bin of the FFT, and the window's main lobe of four.
    assert tone["spectral_rolloff", "median", "01"] == pytest.approx(440 / 2, abs=2 * NOMINAL_RATE / 2_048)
    assert tone["spectral_bandwidth", "median", "01"] < 2 * NOMINAL_RATE / 2_048


def test_a_tone_crosses_zero_twice_a_period(tone):
    assert tone["zcr", "median", "01"] == pytest.approx(2 * 440 / RATE, rel=0.02)


def test_energy_of_a_tone(tone):
    """FMA's rmse: the root mean square of a spectrum's 1,025 magnitudes.

    By Parseval's theorem they have half of the energy of the 2,048 samples, times 2,048; and a sine of amplitude 1/2
    under a Hann window has a mean square of 1/8 times 3/8.
    """
    energy = 2_048 / 2 * (2_048 * 1 / 8 * 3 / 8)
    assert tone["rmse", "median", "01"] == pytest.approx(np.sqrt(energy / 1_025), rel=1e-3)


def test_a_steady_tone_does_not_vary_and_noise_is_flat(tone, hiss):
    # White noise has the same energy everywhere from 0 to half the rate.
    assert hiss["spectral_centroid", "median", "01"] == pytest.approx(NOMINAL_RATE / 4, rel=0.03)
    assert hiss["spectral_rolloff", "median", "01"] == pytest.approx(0.85 * NOMINAL_RATE / 2, rel=0.03)
    # Uniform over an interval of width w, the standard deviation is w / sqrt(12).
    assert hiss["spectral_bandwidth", "median", "01"] == pytest.approx(NOMINAL_RATE / 2 / np.sqrt(12), rel=0.03)
    assert hiss["zcr", "median", "01"] == pytest.approx(0.5, abs=0.02)
    assert tone["zcr", "std", "01"] < hiss["zcr", "std", "01"]


@pytest.mark.parametrize(("hertz", "band"), [(150, "01"), (600, "02"), (1_200, "03"), (15_000, "07")])
def test_a_tone_stands_out_in_its_octave_band(hertz, band):
    """Bands of FMA begin at 0, 200, 400, 800 … Hz of half of the true frequency."""
    found = named(describe(sine(hertz, 2) + 0.01 * noise(2)))
    contrast = {number: found["spectral_contrast", "median", number] for number in NOTES[:7]}
    assert max(contrast, key=contrast.get) == band


def test_an_octave_higher_is_the_same_note_and_twice_the_frequency(tone):
    higher = named(describe(sine(880, 3)))
    assert higher["spectral_centroid", "median", "01"] == pytest.approx(
        2 * tone["spectral_centroid", "median", "01"], rel=0.01
    )
    strength = {note: higher["chroma_cqt", "median", note] for note in NOTES}
    assert max(strength, key=strength.get) == A


@pytest.mark.parametrize(
    "signal",
    [
        sine(440, 1),
        noise(2),
        np.concatenate([np.zeros(RATE), sine(440, 0.5), np.zeros(RATE)]).astype(np.float32),
        np.concatenate([sine(440, 1), np.zeros(29 * RATE)]).astype(np.float32),
        1e10 * noise(2),
        np.eye(1, 2 * RATE, RATE, dtype=np.float32)[0],
        np.linspace(-1, 1, 3 * RATE, dtype=np.float32),
    ],
    ids=["1 s", "2 s", "half silent", "mostly silent", "as loud as can be", "click", "ramp"],
)
def test_no_signal_ends_in_values_that_are_not_finite(signal):
    vector = describe(signal)
    assert vector.shape == (518,)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()


def test_two_seconds_of_a_tone_are_as_three(tone):
    """What is steady has the same median, however few frames there are."""
    short = named(describe(sine(440, 2)))
    for feature in ("spectral_centroid", "zcr", "rmse"):
        assert short[feature, "median", "01"] == pytest.approx(tone[feature, "median", "01"], rel=0.01)
    for note in NOTES:
        assert short["chroma_cqt", "median", note] == pytest.approx(tone["chroma_cqt", "median", note], abs=0.02)


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
def test_the_rate_of_the_file_does_not_matter(tmp_path, tone, rate):
    found = named(extract(write(tmp_path / "a.flac", sine(440, 3, rate), rate)))
    for feature in ("spectral_centroid", "spectral_rolloff", "zcr", "rmse"):
        assert found[feature, "median", "01"] == pytest.approx(tone[feature, "median", "01"], rel=0.02)


def test_real_music(shared_data):
    """A solo music box is brighter in pitch and steadier in key than noise; all of it is finite."""
    [path] = (shared_data / "audio").glob("*Sugar_Plum_Fairy*.ogg")
    vector = extract(path)
    assert np.isfinite(vector).all()
    found = named(vector)
    assert 0 < found["spectral_centroid", "mean", "01"] < NOMINAL_RATE / 2
    for note in NOTES:
        assert 0 <= found["chroma_cqt", "min", note] <= found["chroma_cqt", "max", note] <= 1
    # Tchaikovsky wrote it in E minor: of the twelve, E (05) sounds more than F (06), which is not in the key.
    assert found["chroma_cens", "mean", "05"] > found["chroma_cens", "mean", "06"]
