import pytest
import soundfile
from django.urls import reverse
from mutagen.flac import FLAC
from mutagen.id3 import ID3, SYLT, USLT

from streaming import lyrics
from streaming.lrc import Line
from streaming.models import Folder, Track
from tests.service import write_tones

LRC = "[00:01.00]First line\n[00:02.50]Second line"
LINES = (Line("First line", 1000), Line("Second line", 2500))


@pytest.fixture
def tone(tmp_path):
    write_tones(tmp_path, ["tone"], seconds=0.5)
    return tmp_path / "tone.wav"


@pytest.fixture
def flac(tone):
    return as_format(tone, ".flac")


def as_format(tone, suffix: str):
    path = tone.with_suffix(suffix)
    samples, rate = soundfile.read(tone)
    soundfile.write(path, samples, rate)
    return path


def tag(path, **tags: str):
    audio = FLAC(path)
    audio.update(tags)
    audio.save()


def test_the_words_of_a_flac(flac):
    tag(flac, lyrics="First line\nSecond line")
    assert lyrics.of_file(flac).text == "First line\nSecond line"
    assert not lyrics.of_file(flac).is_synced


@pytest.mark.parametrize("name", ["lyrics", "unsyncedlyrics", "syncedlyrics"])
def test_words_with_times_in_any_tag(flac, name):
    tag(flac, **{name: LRC})
    assert lyrics.of_file(flac) == lyrics.Lyrics(LINES)


def test_words_with_times_before_those_without(flac):
    tag(flac, lyrics="Plain words", syncedlyrics=LRC)
    assert lyrics.of_file(flac).lines == LINES


def test_the_words_of_an_mp3_those_with_times_first(tone):
    path = as_format(tone, ".mp3")
    tags = ID3()
    tags.add(USLT(encoding=3, lang="eng", text="Plain words"))
    tags.save(path)
    assert lyrics.of_file(path).lines == (Line("Plain words"),)
    tags.add(SYLT(encoding=3, lang="eng", format=2, type=1, text=[("\nSecond line", 2500), ("First line", 1000)]))
    tags.save(path)
    assert lyrics.of_file(path).lines == LINES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_beside_the_song_comes_first(flac, encoding):
    tag(flac, lyrics="Plain words")
    flac.with_suffix(".lrc").write_bytes("[00:01.00]Später".encode(encoding))
    assert lyrics.of_file(flac).lines == (Line("Später", 1000),)


def test_a_file_without_words_or_without_anything_has_none(tone, tmp_path):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"\0" * 100)
    for path in (tone, broken, tmp_path / "gone.mp3"):
        assert lyrics.of_file(path).lines == ()


@pytest.fixture
def song(flac, track) -> Track:
    track.folder = Folder.objects.create(path=str(flac.parent), origin=Folder.Origin.FOLDER)
    track.path, track.audio_state = flac.name, Track.AudioState.PRESENT
    track.save()
    return track


def test_the_api_says_each_line_with_its_time(client, song, flac):
    address = reverse("lyrics", args=[song.pk])
    assert client.get(address).json() == {"track": song.pk, "synced": False, "lines": []}
    flac.with_suffix(".lrc").write_text(LRC)
    lines = [{"start_ms": 1000, "text": "First line"}, {"start_ms": 2500, "text": "Second line"}]
    assert client.get(address).json() == {"track": song.pk, "synced": True, "lines": lines}
    flac.unlink()
    assert client.get(address).json()["lines"] == lines
    assert client.get(reverse("lyrics", args=[song.pk + 1])).status_code == 404


def test_the_panel_has_a_button_for_each_line_with_its_time_and_no_markup_of_the_song(client, song, flac):
    flac.with_suffix(".lrc").write_text("[00:01.50]<b>First</b>\n[00:02.00]\n[61:00.00]Last")
    for language in ("en", "de"):
        page = client.get(reverse("about_track", args=[song.pk]), headers={"Accept-Language": language}).text
        assert '<button type="button" data-at="1.5" dir="auto">&lt;b&gt;First&lt;/b&gt;</button>' in page
        assert '<span data-at="2.0" aria-hidden="true">' in page
        assert 'data-at="3660.0"' in page
