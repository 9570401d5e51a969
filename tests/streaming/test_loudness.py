"""Loudness against EBU Tech 3341 (table 1, cases 1 to 4), whose signals are made here; and what tags say."""

import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TXXX
from mutagen.oggopus import OggOpus

from streaming.loudness import Loudness, LoudnessMeter, tagged

RATE = 48_000


def tone(*parts: tuple[float, float]) -> np.ndarray:
    """A stereo sine of 1 kHz: parts of so many seconds at so many dBFS."""
    seconds = [np.arange(int(RATE * length)) / RATE for length, _ in parts]
    sound = np.concatenate(
        [10 ** (level / 20) * np.sin(2 * np.pi * 1000 * time) for time, (_, level) in zip(seconds, parts, strict=True)]
    )
    return np.column_stack([sound, sound])


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(20, -23)], -23),
        ([(20, -33)], -33),
        ([(10, -36), (60, -23), (10, -36)], -23),
        ([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23),
    ],
)
def test_the_published_signals_are_as_loud_as_published(parts, lufs):
    sound, meter = tone(*parts), LoudnessMeter(RATE)
    # In pieces, as a file is read.
    for start in range(0, len(sound), 7 * RATE):
        meter.add(sound[start : start + 7 * RATE])
    assert meter.integrated() == pytest.approx(lufs, abs=0.1)


def test_silence_has_no_loudness():
    meter = LoudnessMeter(RATE)
    meter.add(np.zeros((RATE, 2)))
    assert meter.integrated() is None


def test_replaygain_says_how_far_from_minus_18_a_recording_is(tmp_path):
    path = tmp_path / "tagged.mp3"
    soundfile.write(path, tone((1, -20)), RATE, format="MP3")
    tags = ID3()
    tags.add(TXXX(encoding=3, desc="replaygain_track_gain", text="-6.54 dB"))
    tags.add(TXXX(encoding=3, desc="REPLAYGAIN_ALBUM_GAIN", text="+2.00 dB"))
    tags.save(path)
    assert tagged(path) == Loudness(track=-11.46, album=-20.0)


def test_opus_says_in_256ths_how_far_from_minus_23_it_is(tmp_path):
    """RFC 7845, section 5.2.1."""
    path = tmp_path / "tagged.opus"
    soundfile.write(path, tone((1, -20)), RATE, format="OGG", subtype="OPUS")
    audio = OggOpus(path)
    audio["R128_TRACK_GAIN"] = "-512"
    audio.save()
    assert tagged(path) == Loudness(track=-21.0, album=None)


@pytest.mark.parametrize("text", ["", "loud", "nan dB", "-4000 dB"])
def test_a_tag_that_makes_no_sense_is_none(tmp_path, text):
    path = tmp_path / "tagged.flac"
    soundfile.write(path, tone((1, -20)), RATE)
    audio = FLAC(path)
    audio["replaygain_track_gain"] = text
    audio.save()
    assert tagged(path) == Loudness()
