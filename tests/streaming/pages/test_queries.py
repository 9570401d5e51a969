"""A page costs the same number of queries however many rows it shows."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from streaming.models import Album, Artist, Genre, Like, Listener, Play, Track, TrackGenre

# A key that no database gives to the rows beside it.
KNOWN = 1_000_000


def fill(listener: Listener, rows: range) -> None:
    """A row more of everything for each number: artist, album, genre, track, like and play."""
    root, _ = Genre.objects.get_or_create(pk=KNOWN, defaults={"title": "Folk", "track_count": 1})
    artist, _ = Artist.objects.get_or_create(pk=KNOWN, defaults={"name": "Folk Singer"})
    album, _ = Album.objects.get_or_create(pk=KNOWN, defaults={"title": "Folk Songs", "artist": artist})
    for n in rows:
        someone = Artist.objects.create(name=f"Folk {n}")
        Album.objects.create(title=f"Folk {n}", artist=artist)
        Album.objects.create(title=f"More {n}", artist=someone)
        Genre.objects.create(title=f"Folk {n}", parent=root, track_count=1)
        Genre.objects.create(title=f"Other {n}", track_count=1)
        track = Track.objects.create(title=f"Folk {n}", artist=artist, album=album, genre_top=root)
        Track.objects.create(title="Another", artist=someone, album=Album.objects.get(title=f"More {n}"))
        TrackGenre.objects.create(track=track, genre=root)
        now = timezone.now()
        Like.objects.create(listener=listener, track=track, at=now)
        Play.objects.create(id=uuid.uuid4(), listener=listener, track=track, started_at=now, last_event_at=now)


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 10),
        ("/artists/", 1),
        ("/artists/1000000/", 4),
        ("/albums/?sort=title", 1),
        ("/albums/1000000/", 2),
        ("/genres/", 1),
        ("/genres/map/", 1),
        ("/genres/1000000/", 5),
        ("/tracks/", 3),
        ("/tracks/?genre=1000000&sort=title", 4),
        ("/tracks/{track}/", 4),
        ("/search/?q=folk", 5),
        ("/liked/", 1),
        ("/banned/", 1),
        ("/history/", 1),
        ("/history/charts/", 8),
        ("/playlists/", 1),
    ],
)
def test_fifty_rows_cost_the_queries_of_five(client, me, address, most):
    fill(me, range(5))
    address = address.format(track=Track.objects.earliest("pk").pk)
    # Years and licences of the whole catalogue are asked once in five minutes.
    client.get(address)
    with CaptureQueriesContext(connection) as with_five:
        assert client.get(address).status_code == 200
    fill(me, range(5, 50))
    with CaptureQueriesContext(connection) as with_fifty:
        assert client.get(address).status_code == 200
    assert len(with_fifty) == len(with_five) <= most
