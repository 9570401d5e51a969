"""PostgreSQL's search index holds each row once, whatever is done to the tables."""

import pytest
from django.db import connection

from streaming.models import Album, Artist, Genre, Track

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="DATABASE_URL names another database")
MODELS = {"artist": Artist, "album": Album, "track": Track, "genre": Genre}
POPULARITY = {"artist": "favorites", "album": "listens", "track": "listens", "genre": "track_count"}


def test_the_index_holds_each_row_once(smoke, purple):
    Genre.objects.create(title="Rock")
    for number in range(50):
        track = Track.objects.create(title=f"Rain {number}", artist=purple, listens=number % 3)
        if number % 2:
            Track.objects.filter(pk=track.pk).update(listens=number % 5, title=f"Snow {number}")
        if number % 7 == 0:
            track.delete()
    Album.objects.create(title="Machine Head", artist=purple).delete()
    purple.name = "Pale"
    purple.save()
    with connection.cursor() as cursor:
        for kind, model in MODELS.items():
            title = "name" if kind == "artist" else "title"
            expected = [
                (pk, n, text.lower()) for pk, n, text in model.objects.values_list("id", POPULARITY[kind], title)
            ]
            cursor.execute(f"SELECT id, popularity, title FROM streaming_search_{kind}")
            assert sorted(cursor.fetchall()) == sorted(expected)
        cursor.execute(
            "SELECT count(*) FROM streaming_search_track WHERE document @@ plainto_tsquery('simple', 'purple')"
        )
        assert cursor.fetchone() == (0,)


def test_a_title_as_long_as_can_be_is_indexed(purple):
    Track.objects.create(title="🎸" * 1000, artist=purple)
    Track.objects.create(title="漢字" * 500, artist=purple)
