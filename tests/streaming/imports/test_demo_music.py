"""The composed music: the same for the same seed, sound in level, and told apart by genre."""

import librosa
import numpy as np
import pytest

from streaming.imports.demo import harmony
from streaming.imports.demo.composer import compose, plan
from streaming.imports.demo.styles import STYLES
from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.filters import duck
from streaming.imports.demo.synthesis.mastering import LOUDNESS, PEAK, limited, loudness
from streaming.imports.demo.synthesis.plucked import pluck
from streaming.imports.demo.synthesis.tones import frequency, tone

SECONDS = 10.0
SEEDS = range(4)


@pytest.fixture(scope="module")
def music() -> dict[tuple[str, int], np.ndarray]:
    """(genre, seed) → samples, four pieces a genre."""
    return {(genre, seed): compose(genre, seed, SECONDS) for genre in STYLES for seed in SEEDS}


def test_the_same_seed_gives_the_same_bytes(music):
    for genre in STYLES:
        assert compose(genre, 1, SECONDS).tobytes() == music[genre, 1].tobytes(), genre


def test_another_seed_gives_another_piece(music):
    assert len({samples.tobytes() for samples in music.values()}) == len(music)


def test_the_twelve_songs_of_a_genre_differ_in_their_plan():
    for genre in STYLES:
        plans = {(song.key(), round(song.tempo, 2)) for song in (plan(genre, seed) for seed in range(12))}
        assert len(plans) == 12, genre


def test_a_piece_is_stereo_of_the_wanted_length(music):
    for key, samples in music.items():
        assert samples.shape == (SECONDS * SAMPLE_RATE, 2), key
        assert samples.dtype == np.float32
        assert not np.array_equal(samples[:, 0], samples[:, 1]), f"{key} is mono"


def test_no_sample_is_beyond_the_peak_and_no_piece_is_far_below(music):
    for key, samples in music.items():
        assert np.isfinite(samples).all(), key
        assert PEAK - 4 <= 20 * np.log10(np.abs(samples).max()) <= PEAK + 1e-3, key


def test_all_pieces_are_equally_loud(music):
    for key, samples in music.items():
        assert loudness(samples.T) == pytest.approx(LOUDNESS, abs=0.5), key


def test_a_piece_begins_and_ends_in_silence_without_a_click(music):
    for key, samples in music.items():
        for end in (samples[:44], samples[::-1][:44]):  # a millisecond
            assert np.abs(end[0]).max() < 1e-6, key
            assert np.abs(end).max() < 0.02, key


def test_a_short_version_keeps_the_tempo_and_drops_bars():
    whole, short = plan("Folk", 2), plan("Folk", 2, SECONDS)
    assert short.tempo == whole.tempo
    assert short.bars[:-1] == whole.bars[: len(short.bars) - 1]
    assert len(short.bars) < len(whole.bars)
    assert short.end <= SECONDS


def test_features_tell_the_genres_apart(music):
    """Leave-one-out nearest neighbour over simple features; chance is one in eight, 12.5 %."""
    features = np.array([_features(samples) for samples in music.values()])
    genres = np.array([genre for genre, _ in music])
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    distances = np.linalg.norm(scaled[:, None] - scaled[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    hits = genres[distances.argmin(axis=1)] == genres
    assert hits.mean() >= 0.85, dict(zip(map(str, music), hits, strict=True))


def _features(samples: np.ndarray) -> np.ndarray:
    """Timbre (MFCC, centroid), noise (zero crossings), harmony (chroma) and rhythm (onsets): means and deviations."""
    mono = librosa.resample(samples.mean(axis=1), orig_sr=SAMPLE_RATE, target_sr=22_050)
    magnitude = np.abs(librosa.stft(mono))
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=magnitude**2, sr=22_050))
    rows = np.vstack(
        [
            librosa.feature.mfcc(S=mel, n_mfcc=20),
            librosa.feature.spectral_centroid(S=magnitude, sr=22_050),
            librosa.feature.zero_crossing_rate(mono),
            librosa.onset.onset_strength(S=mel, sr=22_050),
        ]
    )
    chroma = librosa.feature.chroma_stft(S=magnitude**2, sr=22_050, tuning=0.0)
    return np.concatenate([rows.mean(axis=1), rows.std(axis=1), [chroma.std(), chroma.mean()]])


@pytest.mark.parametrize("pitch", [45, 69, 81])
def test_tones_and_strings_are_in_tune(pitch):
    """The strongest frequency near the fundamental lies within five cents of it."""
    rng = np.random.default_rng(0)
    for sound in (tone("saw", pitch, 2.0), pluck(pitch, 2.0, rng, ring=0.999)):
        size = 2**19  # zero-padded: a bin is 0.08 Hz
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
        hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
        near = np.flatnonzero(np.abs(hertz / frequency(pitch) - 1) < 0.06)
        found = hertz[near[spectrum[near].argmax()]]
        assert abs(1200 * np.log2(found / frequency(pitch))) < 5


def test_a4_is_440_hz_and_an_octave_doubles():
    assert frequency(69) == 440
    assert frequency(81) == pytest.approx(880)


def test_chords_by_their_numerals():
    """From textbook harmony, in C (MIDI 48): ii7 is D F A C, bVI is A flat C E flat, V7 is G B D F."""
    assert harmony.chord(48, "ii7").classes == {2, 5, 9, 0}
    assert harmony.chord(48, "bVI").classes == {8, 0, 3}
    assert harmony.chord(48, "V7").classes == {7, 11, 2, 5}
    assert harmony.chord(48, "I").voiced(55) == [55, 60, 64]
    with pytest.raises(ValueError, match="'H7' is not a chord"):
        harmony.chord(48, "H7")


def test_a_full_scale_sine_of_1_khz_on_one_channel_is_minus_3_lufs():
    """The calibration of ITU-R BS.1770: 0 dBFS at 997 Hz on one channel reads -3.01 LKFS."""
    time = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    stereo = np.stack([np.sin(2 * np.pi * 997 * time), np.zeros_like(time)]).astype(np.float32)
    assert loudness(stereo) == pytest.approx(-3.01, abs=0.1)
    assert loudness(np.zeros((2, SAMPLE_RATE), np.float32)) == -np.inf


def test_the_limiter_holds_the_ceiling_and_leaves_the_quiet_alone():
    stereo = np.full((2, SAMPLE_RATE), 0.1, np.float32)
    stereo[0, SAMPLE_RATE // 2] = 4.0
    held = limited(stereo, 0.5)
    assert np.abs(held).max() <= 0.5 + 1e-6
    assert np.array_equal(held[:, : SAMPLE_RATE // 4], stereo[:, : SAMPLE_RATE // 4])


def test_a_duck_drops_at_its_moment_and_recovers():
    gain = duck(SAMPLE_RATE, [0.5], depth=0.75, recovery=0.2)
    assert gain[SAMPLE_RATE // 2 - 1] == 1
    assert gain[SAMPLE_RATE // 2] == pytest.approx(0.25)
    assert gain[round(0.71 * SAMPLE_RATE)] == 1
