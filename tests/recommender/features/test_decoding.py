import pickle
import tracemalloc

import numpy as np
import pytest
import soundfile

from recommender.features.decoding import SAMPLE_RATE, AudioError, decode
from tests.recommender.features.sounds import noise, sine, write


def dominant_hertz(signal: np.ndarray) -> float:
    return np.argmax(np.abs(np.fft.rfft(signal))) * SAMPLE_RATE / len(signal)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_any_rate_becomes_the_one(tmp_path, rate):
    signal = decode(write(tmp_path / "a.wav", sine(1_000, 2, rate), rate))
    assert signal.dtype == np.float32
    assert len(signal) == pytest.approx(2 * SAMPLE_RATE, abs=2)
    assert dominant_hertz(signal) == pytest.approx(1_000, abs=1)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_formats(tmp_path, suffix):
    signal = decode(write(tmp_path / f"a.{suffix}", sine(440, 3)))
    assert len(signal) == pytest.approx(3 * SAMPLE_RATE, rel=0.05)
    assert dominant_hertz(signal) == pytest.approx(440, abs=1)


def test_stereo_is_the_mean_of_both_channels(tmp_path):
    left, right = sine(440, 1.5), sine(880, 1.5)
    signal = decode(write(tmp_path / "a.wav", np.stack([left, right], axis=1)))
    np.testing.assert_allclose(signal, (left + right) / 2, atol=1e-4)


def test_the_middle_30_seconds_of_a_long_file(tmp_path):
    """30 s of 300 Hz between 10 s of noise on either side."""
    signal = decode(write(tmp_path / "a.flac", np.concatenate([noise(10), sine(300, 30), noise(10)])))
    np.testing.assert_allclose(signal, sine(300, 30), atol=1e-3)


@pytest.mark.parametrize(
    ("content", "message", "broken"),
    [
        (b"", "the file is empty", True),
        (b"These are words, and no sound at all.\n" * 100, "cannot be decoded", True),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(500), "M4A", False),
    ],
)
def test_no_audio_that_can_be_read(tmp_path, content, message, broken):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=message) as raised:
        decode(path)
    assert raised.value.broken is broken


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (sine(440, 0.5), r"too short: 0.50 s, and 1 s is needed"),
        (np.zeros(2 * SAMPLE_RATE, dtype=np.float32), "silent"),
        (np.full(2 * SAMPLE_RATE, 0.25, dtype=np.float32), "silent"),
    ],
)
def test_audio_of_no_use(tmp_path, signal, message):
    with pytest.raises(AudioError, match=message) as raised:
        decode(write(tmp_path / "a.wav", signal))
    assert not raised.value.broken


def test_samples_that_are_not_finite(tmp_path):
    signal = sine(440, 2)
    signal[100] = np.nan
    soundfile.write(tmp_path / "a.wav", signal, SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match="not finite"):
        decode(tmp_path / "a.wav")


def test_samples_whose_squares_would_not_be_finite(tmp_path):
    soundfile.write(tmp_path / "a.wav", 1e20 * sine(440, 2), SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"samples up to 5e\+19, and full scale is 1") as raised:
        decode(tmp_path / "a.wav")
    assert not raised.value.broken


def test_an_hour_takes_the_memory_of_its_middle(tmp_path):
    """An hour of floating-point samples at 8 kHz would be 110 MiB; its middle is at 300 Hz, and all else at 600."""
    with soundfile.SoundFile(tmp_path / "a.flac", "w", samplerate=8_000, channels=1) as file:
        for minute in range(60):
            file.write(sine(300 if minute in (29, 30) else 600, 60, 8_000))
    tracemalloc.start()
    signal = decode(tmp_path / "a.flac")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(signal) == 30 * SAMPLE_RATE
    assert dominant_hertz(signal) == pytest.approx(300, abs=1)
    assert most < 32 * 2**20


def test_a_wav_header_without_samples(tmp_path):
    with pytest.raises(AudioError, match="holds no samples") as raised:
        decode(write(tmp_path / "a.wav", np.empty(0, dtype=np.float32)))
    assert raised.value.broken


@pytest.mark.parametrize(
    ("suffix", "message"),
    [
        ("mp3", r"truncated: it ends at or before [45]\.\d s of 10\.\d s"),
        ("flac", "damaged: only its start can be decoded"),
    ],
)
def test_a_truncated_file_is_of_no_use_but_plays(tmp_path, suffix, message):
    whole = write(tmp_path / f"whole.{suffix}", noise(10))
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(AudioError, match=message) as raised:
        decode(cut)
    assert not raised.value.broken


def test_a_file_cut_within_its_first_second(tmp_path):
    whole = write(tmp_path / "whole.flac", noise(10))
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 50])
    with pytest.raises(AudioError, match="cannot be decoded") as raised:
        decode(cut)
    assert raised.value.broken


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "gone.mp3")


def test_the_error_passes_between_processes():
    error = pickle.loads(pickle.dumps(AudioError("silent", broken=False)))
    assert (str(error), error.broken) == ("silent", False)
