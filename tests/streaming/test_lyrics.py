import pytest
import soundfile
from mutagen.flac import FLAC
from mutagen.id3 import ID3, SYLT, USLT

from streaming import lyrics
from tests.service import write_tones


@pytest.fixture
def tone(tmp_path):
    write_tones(tmp_path, ["tone"], seconds=0.5)
    return tmp_path / "tone.wav"


def as_format(tone, suffix: str):
    path = tone.with_suffix(suffix)
    samples, rate = soundfile.read(tone)
    soundfile.write(path, samples, rate)
    return path


def test_the_words_of_a_flac(tone):
    path = as_format(tone, ".flac")
    audio = FLAC(path)
    audio["lyrics"] = "First line\nSecond line"
    audio.save()
    assert lyrics.of_file(path) == "First line\nSecond line"


def test_the_words_of_an_mp3_with_their_times_where_there_are_no_others(tone):
    path = as_format(tone, ".mp3")
    tags = ID3()
    tags.add(SYLT(encoding=3, lang="eng", format=2, type=1, text=[("First line", 0), ("Second line", 900)]))
    tags.save(path)
    assert lyrics.of_file(path) == "First line\nSecond line"
    tags.add(USLT(encoding=3, lang="eng", text="Plain words"))
    tags.save(path)
    assert lyrics.of_file(path) == "Plain words"


def test_a_file_without_words_or_without_anything_has_none(tone, tmp_path):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"\0" * 100)
    assert [lyrics.of_file(path) for path in (tone, broken, tmp_path / "gone.mp3")] == ["", "", ""]
