"""Sounds of tracks: measured once, anew where the file is another one, and set aside where nothing can be measured."""

from pathlib import Path

import pytest

from streaming import sounds
from streaming.models import Album, Folder, Sound, Track
from tests.service import write_tones
from workers import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path) -> Folder:
    write_tones(tmp_path / "music", ["tone", "other"], seconds=1.0)
    return Folder.objects.create(path=str(tmp_path / "music"), origin=Folder.Origin.FOLDER)


@pytest.fixture
def tone(track, folder) -> Track:
    track.folder, track.path, track.audio_state = folder, "tone.wav", Track.AudioState.PRESENT
    track.save()
    return track


def test_a_new_track_is_measured_by_itself_and_once(tone):
    tasks.measure_new_sounds()
    sound = sounds.of_track(tone)
    # The tone's peak is 0.3, and it goes on for the whole second.
    assert sound.peak == pytest.approx(0.3, abs=0.001)
    assert len(sound.waveform) == 256 and min(sound.waveform) > 250
    assert -20 < sound.loudness < -10
    assert sounds.measure_missing(10) == 0


def test_another_file_in_its_place_is_measured_anew(tone, folder):
    sounds.measure_missing(10)
    write_tones(Path(folder.path), ["tone"], seconds=2.0)
    assert sounds.of_track(tone) is None
    assert sounds.measure_missing(10) == 1
    assert sounds.of_track(tone) is not None


@pytest.mark.parametrize(("name", "content"), [("gone.wav", None), ("broken.mp3", b"\0" * 5000), ("empty.flac", b"")])
def test_what_cannot_be_measured_is_set_aside_with_its_reason_and_costs_no_other(tone, folder, artist, name, content):
    if content is not None:
        Path(folder.path, name).write_bytes(content)
    odd = Track.objects.create(
        title="Odd", artist=artist, folder=folder, path=name, audio_state=Track.AudioState.PRESENT
    )
    assert sounds.measure_missing(10) == 2
    assert Sound.objects.get(pk=odd.pk).problem
    assert sounds.of_track(odd) is None
    assert sounds.of_track(tone) is not None


def test_a_file_that_comes_back_is_measured_once_somebody_plays_it(tone, folder):
    path = Path(folder.path, "tone.wav")
    path.rename(path.with_name("away.wav"))
    assert sounds.measure_missing(10) == 1
    assert sounds.of_track(tone) is None
    assert sounds.measure_missing(10) == 0
    path.with_name("away.wav").rename(path)
    assert sounds.of_track(tone) is None
    assert sounds.measure_missing(10) == 1
    assert sounds.of_track(tone).loudness


def test_an_album_is_as_loud_as_the_mean_energy_of_its_tracks(artist):
    """-10 and -20 LUFS of one length: 10 * log10((0.1 + 0.01) / 2) = -12.60; three to one: -11.11."""
    album = Album.objects.create(title="Both", artist=artist)
    loud, quiet = (
        Track.objects.create(title=title, artist=artist, album=album, duration_ms=60_000) for title in ("Loud", "Quiet")
    )
    sound = Sound.objects.create(track=loud, stamp="1", loudness=-10)
    Sound.objects.create(track=quiet, stamp="1", loudness=-20)
    assert sounds.album_loudness(loud, sound) == -12.6
    Track.objects.filter(pk=loud.pk).update(duration_ms=180_000)
    assert sounds.album_loudness(loud, sound) == -11.11


def test_the_api_says_nothing_of_a_track_that_waits_and_all_of_one_that_was_measured(tone, client):
    url = f"/api/v1/tracks/{tone.pk}/sound/"
    nothing = {"track": tone.pk, "loudness": None, "album_loudness": None, "peak": None, "waveform": None}
    assert client.get(url).json() == nothing
    sounds.measure_missing(10)
    answer = client.get(url).json()
    assert answer["peak"] == pytest.approx(0.3, abs=0.001)
    waveform = client.get(answer["waveform"])
    assert len(waveform.content) == 256
    assert "immutable" in waveform["Cache-Control"]
    assert client.get(answer["waveform"][:-1] + "x").status_code == 404
    assert client.get("/api/v1/tracks/987654321/sound/").status_code == 404
