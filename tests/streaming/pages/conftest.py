import uuid

import pytest
from django.utils import timezone

from streaming.models import Album, Artist, Folder, Genre, Listener, Play, Track, TrackGenre


@pytest.fixture
def genre(db) -> Genre:
    return Genre.objects.create(title="Freak-Folk", track_count=1)


@pytest.fixture
def album(artist) -> Album:
    return Album.objects.create(title="Soft Commands", artist=artist)


@pytest.fixture
def make_tracks(genre, album):
    """Makes playable tracks of one artist, album and genre; the n-th has n listens."""
    folder = Folder.objects.create(path="/music", origin=Folder.Origin.FOLDER)

    def make(count: int, **fields) -> list[Track]:
        first = Track.objects.count()
        present = {"audio_state": Track.AudioState.PRESENT, "artist": album.artist, "album": album, "genre_top": genre}
        tracks = Track.objects.bulk_create(
            Track(title=f"Track {n}", number=n, listens=n, folder=folder, path=f"{n}.mp3", **present | fields)
            for n in range(first, first + count)
        )
        TrackGenre.objects.bulk_create(TrackGenre(track=t, genre=genre, listens=t.listens) for t in tracks)
        return tracks

    return make


@pytest.fixture
def other_artist(db) -> Artist:
    return Artist.objects.create(name="Somebody Else")


@pytest.fixture
def play_of():
    def play(track: Track, listener: Listener | None = None, is_simulated: bool = False, **fields) -> Play:
        listener = listener or Listener.objects.create(is_simulated=is_simulated)
        now = timezone.now()
        return Play.objects.create(
            **{"id": uuid.uuid4(), "listener": listener, "track": track, "started_at": now, "last_event_at": now}
            | fields
        )

    return play


@pytest.fixture
def me(client, db) -> Listener:
    """The anonymous listener of the client's browser, with a row as after its first event."""
    return Listener.objects.create(pk=client.get("/login/").wsgi_request.anonymous_listener_id)
