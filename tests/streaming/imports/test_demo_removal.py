"""Taking the demo out again, and nothing else."""

import uuid

import pytest
from django.core.management import call_command

from streaming import history
from streaming.events import PlaybackEvent, event_log
from streaming.imports.demo import catalogue, listeners
from streaming.models import Album, Artist, Folder, Genre, Listener, Play, Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    catalogue.create()
    listeners.create()
    records = event_log().consumer("tests").poll(max_records=1000, timeout=0)
    history.save([PlaybackEvent.from_json(record.value) for record in records])
    assert Play.objects.exists()
    catalogue.folder_path().mkdir(parents=True)
    (catalogue.folder_path() / "piece.mp3").write_bytes(b"audio")


def test_nothing_of_it_is_left(demo, capsys):
    call_command("remove_demo")
    assert "Removed 96 composed tracks and 200 simulated listeners." in capsys.readouterr().out
    for model in (Track, Album, Artist, Genre, Folder, Listener, Play):
        assert not model.objects.exists(), model
    assert not catalogue.folder_path().exists()
    call_command("remove_demo")
    assert "Removed 0 composed tracks" in capsys.readouterr().out


def test_what_is_not_of_the_demo_stays(demo, track, listener):
    jazz = Genre.objects.get(title="Jazz")
    track.trackgenre_set.create(genre=jazz)
    own = Play.objects.create(
        id=uuid.uuid4(),
        listener=listener,
        track=track,
        started_at="2026-11-20T12:00Z",
        last_event_at="2026-11-20T12:00Z",
    )
    guest = Track.objects.create(title="Mine", artist=catalogue.tracks().first().artist)
    call_command("remove_demo")
    assert set(Track.objects.all()) == {track, guest}
    assert set(Artist.objects.all()) == {track.artist, guest.artist}
    assert list(Play.objects.all()) == [own]
    assert list(Listener.objects.all()) == [listener]
    assert [(genre.title, genre.track_count) for genre in Genre.objects.all()] == [("Jazz", 1)]
