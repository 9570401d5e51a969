"""Every page of the admin answers, in a number of queries that does not grow with the rows."""

import uuid
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from streaming import models
from streaming.models import Album, Artist, Folder, Genre, Listener, Play, Track, TrackGenre

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REGISTERED = [
    models.Folder,
    models.Genre,
    models.Artist,
    models.Album,
    models.Track,
    models.Sound,
    models.Listener,
    models.Play,
    models.Search,
    models.Like,
    models.Ban,
    models.Playlist,
    models.LogRecord,
    models.ConsumerOffset,
    models.DeadLetter,
]
READ_ONLY = [models.LogRecord, models.ConsumerOffset]
EVENTS_MADE = [models.Sound, models.Play, models.Search, models.Like, models.Ban, models.DeadLetter]


def fill(number: int) -> None:
    """One row of every model, with each of its relations."""
    folder = Folder.objects.create(path=f"/music/{number}", origin=Folder.Origin.FOLDER)
    root = Genre.objects.create(title=f"Root {number}")
    genre = Genre.objects.create(title=f"Genre {number}", parent=root, top_level=root)
    artist = Artist.objects.create(name=f"Artist {number}")
    album = Album.objects.create(title=f"Album {number}", artist=artist)
    track = Track.objects.create(
        title=f"Track {number}", artist=artist, album=album, genre_top=genre, folder=folder, path="a.mp3"
    )
    TrackGenre.objects.create(track=track, genre=genre)
    models.Sound.objects.create(track=track, stamp="1", loudness=-14.0, peak=0.9)
    user = User.objects.create_user(f"user{number}") if number % 2 else None
    listener = Listener.objects.create(user=user, is_simulated=user is None)
    Play.objects.create(id=uuid.uuid4(), listener=listener, track=track, started_at=NOW, last_event_at=NOW)
    models.Search.objects.create(listener=listener, query="rain", at=NOW)
    models.Like.objects.create(listener=listener, track=track, at=NOW)
    models.Ban.objects.create(listener=listener, track=track, at=NOW)
    models.Playlist.objects.create(listener=listener, name=f"Playlist {number}")
    models.LogRecord.objects.create(offset=number, event_id=uuid.uuid4(), key=str(listener.pk), value="{}")
    models.ConsumerOffset.objects.create(group=f"group{number}", next_offset=number)
    models.DeadLetter.objects.create(offset=number, event_id=str(uuid.uuid4()), value="{}", reason="no such kind")


@pytest.fixture
def rows(db) -> None:
    for number in range(3):
        fill(number)


def page(model, name: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def queries(client, url: str) -> int:
    client.get(url)  # the first request of a process reads the content type, which is then cached
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_that_people_look_at_is_registered():
    registered = {model for model in admin.site._registry if model._meta.app_label == "streaming"}
    assert registered == set(REGISTERED)


@pytest.mark.parametrize("model", REGISTERED)
def test_lists_take_constant_queries(admin_client, rows, model):
    url = page(model, "changelist")
    before = queries(admin_client, url)
    for number in range(3, 12):
        fill(number)
    assert queries(admin_client, url) == before


@pytest.mark.parametrize("model", REGISTERED)
def test_lists_can_be_searched(admin_client, rows, model):
    assert admin_client.get(page(model, "changelist"), {"q": "rain 1"}).status_code == 200


@pytest.mark.parametrize("model", REGISTERED)
def test_pages_of_one_row_take_constant_queries(admin_client, rows, model):
    url = page(model, "change", model.objects.first().pk)
    before = queries(admin_client, url)
    for number in range(3, 12):
        fill(number)
    assert queries(admin_client, url) == before


@pytest.mark.parametrize("model", REGISTERED)
def test_a_stranger_is_sent_to_the_login(client, rows, model):
    for url in (page(model, "changelist"), page(model, "change", model.objects.first().pk)):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={url}")


@pytest.mark.parametrize("model", [*READ_ONLY, *EVENTS_MADE])
def test_what_events_made_is_not_edited(admin_client, rows, model):
    assert admin_client.get(page(model, "add")).status_code == 403
    assert admin_client.post(page(model, "change", model.objects.first().pk), {}).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_the_event_log_is_not_deleted(admin_client, rows, model):
    assert admin_client.post(page(model, "delete", model.objects.first().pk), {"post": "yes"}).status_code == 403
    assert model.objects.count() == 3


@pytest.mark.parametrize("model", [models.Track, models.Artist, models.Listener])
def test_who_has_a_history_can_be_deleted(admin_client, rows, model):
    gone = model.objects.first()
    response = admin_client.post(page(model, "delete", gone.pk), {"post": "yes"})
    assert response.status_code == 302
    assert not model.objects.filter(pk=gone.pk).exists()


def test_simulated_listeners_are_marked(admin_client, listener):
    simulated = Listener.objects.create(is_simulated=True)
    assert str(simulated).startswith("simulated ")
    found = admin_client.get(page(Listener, "changelist"), {"is_simulated__exact": "1"})
    assert list(found.context["cl"].result_list) == [simulated]
    assert str(simulated) in found.content.decode()


def test_listeners_and_events_are_found_by_their_id(admin_client, rows):
    listener = Listener.objects.first()
    found = admin_client.get(page(Listener, "changelist"), {"q": str(listener.pk)}).context["cl"]
    assert list(found.result_list) == [listener]
    record = models.LogRecord.objects.first()
    found = admin_client.get(page(models.LogRecord, "changelist"), {"q": str(record.event_id)}).context["cl"]
    assert list(found.result_list) == [record]


@pytest.fixture
def rock(db) -> Genre:
    return Genre.objects.create(title="Rock")


@pytest.fixture
def jazz(db) -> Genre:
    return Genre.objects.create(title="Jazz")


def form_of(artist: Artist, *genres: Genre, listens: int) -> dict:
    return {
        "title": "Rain",
        "artist": artist.pk,
        "all_genres": [genre.pk for genre in genres],
        "disc_number": 1,
        "number": 0,
        "tags": "[]",
        "listens": listens,
        "favorites": 0,
        "duration_ms": 0,
        "bit_rate": 0,
        "audio_state": "absent",
    }


def counts(*genres: Genre) -> list[int]:
    return [Genre.objects.get(pk=genre.pk).track_count for genre in genres]


def test_saving_a_track_keeps_its_genres_and_their_counts(admin_client, artist, rock, jazz):
    admin_client.post(page(Track, "add"), form_of(artist, rock, listens=7))
    track = Track.objects.get()
    assert list(TrackGenre.objects.values_list("track", "genre", "listens")) == [(track.pk, rock.pk, 7)]
    assert counts(rock, jazz) == [1, 0]

    admin_client.post(page(Track, "change", track.pk), form_of(artist, rock, jazz, listens=9))
    assert set(TrackGenre.objects.values_list("genre", "listens")) == {(rock.pk, 9), (jazz.pk, 9)}
    assert counts(rock, jazz) == [1, 1]

    admin_client.post(page(Track, "change", track.pk), form_of(artist, jazz, listens=9))
    assert set(TrackGenre.objects.values_list("genre", "listens")) == {(jazz.pk, 9)}
    assert counts(rock, jazz) == [0, 1]


def test_tags_are_found_as_soon_as_they_are_saved(admin_client, artist, rock):
    form = form_of(artist, rock, listens=7)
    admin_client.post(page(Track, "add"), form | {"tags": '["Fresh", "Old"]'})
    track = Track.objects.get()
    assert dict(models.Tag.objects.values_list("name", "track_count")) == {"fresh": 1, "old": 1}
    assert "fresh" in admin_client.get("/tags/").text
    admin_client.post(page(Track, "change", track.pk), form | {"tags": '["Old"]'})
    assert list(models.TrackTag.objects.values_list("tag__name", "listens")) == [("old", 7)]
    assert not models.Tag.objects.filter(name="fresh").exists()
    album = Album.objects.create(title="Album", artist=artist, tags=["of the album"])
    admin_client.post(page(Track, "change", track.pk), form | {"tags": '["Old"]', "album": album.pk})
    assert models.Tag.objects.filter(name="of the album", track_count=1).exists()
    admin_client.post(page(Album, "delete", album.pk), {"post": "yes"})
    assert list(models.Tag.objects.values_list("name", "track_count")) == [("old", 1)]
    admin_client.post(page(Track, "delete", track.pk), {"post": "yes"})
    assert not models.Tag.objects.exists()


def test_the_form_shows_the_genres_that_the_track_has(admin_client, track, rock, jazz):
    TrackGenre.objects.create(track=track, genre=jazz)
    shown = admin_client.get(page(Track, "change", track.pk)).context["adminform"].form
    assert shown["all_genres"].value() == [jazz.pk]


@pytest.mark.parametrize("by_action", [False, True])
@pytest.mark.parametrize("model", [Track, Artist])
def test_deleting_tracks_keeps_the_counts(admin_client, track, rock, model, by_action):
    TrackGenre.objects.create(track=track, genre=rock)
    Genre.objects.update(track_count=1)
    gone = track if model is Track else track.artist
    if by_action:
        form = {"action": "delete_selected", "_selected_action": [gone.pk], "post": "yes"}
        admin_client.post(page(model, "changelist"), form)
    else:
        admin_client.post(page(model, "delete", gone.pk), {"post": "yes"})
    assert not Track.objects.exists()
    assert counts(rock) == [0]


@pytest.mark.parametrize("model", [Artist, Album, Track, Genre, Folder])
def test_pages_for_adding_answer(admin_client, model):
    assert admin_client.get(page(model, "add")).status_code == 200
