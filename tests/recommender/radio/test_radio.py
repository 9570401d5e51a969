"""Radio over two worlds of tracks: it stays near its seed, heeds skips and bans, and neither ends nor repeats."""

import json
import uuid

import numpy as np
import pytest

from recommender.algorithms.popularity import Popularity
from recommender.models import Station
from recommender.online import catalogue
from recommender.radio.program import ANCHORS
from streaming.models import Album, Ban, Genre, Listener, Track, TrackGenre
from tests.recommender.world import heard, make_tracks, play, publish_als, publish_content, skip

pytestmark = pytest.mark.django_db

SIZE = 12


def tracks_of(title: str) -> list[Track]:
    genre = Genre.objects.create(title=title)
    tracks = make_tracks(SIZE, genre=genre, title=title)
    TrackGenre.objects.bulk_create(TrackGenre(track=track, genre=genre) for track in tracks)
    return tracks


@pytest.fixture
def jazz() -> list[Track]:
    return tracks_of("Jazz")


@pytest.fixture
def rock() -> list[Track]:
    return tracks_of("Rock")


@pytest.fixture
def models(jazz, rock):
    Popularity.train(heard())
    return publish_content([jazz, rock])


@pytest.fixture
def me(client, db) -> Listener:
    return Listener.objects.create(pk=client.get("/login/").wsgi_request.anonymous_listener_id)


def begin(client, seed, status: int = 201) -> dict:
    response = client.post("/api/v1/radio/", json.dumps({"seed": seed}), content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def go_on(client, answer: dict, status: int = 200, **query) -> dict:
    response = client.get(f"/api/v1/radio/{answer['station']}/", {"after": answer["after"]} | query)
    assert response.status_code == status, response.content
    return response.json()


def ids(answer: dict) -> list[int]:
    return [each["track"]["id"] for each in answer["tracks"]]


def pks(tracks: list[Track]) -> set[int]:
    return {track.pk for track in tracks}


def test_a_tracks_radio_begins_with_it_and_stays_near(models, jazz, client):
    answer = begin(client, f"track:{jazz[3].pk}")
    assert answer["title"] == "Jazz 3 radio"
    assert answer["source"] == f"radio:track:{jazz[3].pk}"
    assert ids(answer)[0] == jazz[3].pk
    assert answer["tracks"][0]["reason"] == "Where this radio began"
    assert set(ids(answer)) < pks(jazz)
    assert {each["reason"] for each in answer["tracks"][1:]} == {"Sounds like “Jazz 3”"}
    assert {each["model_run"] for each in answer["tracks"][1:]} == {models.pk}


def test_it_gives_every_track_once_and_then_begins_anew(models, jazz, rock, client):
    answer = begin(client, f"track:{jazz[0].pk}")
    given = ids(answer)
    while len(given) < 2 * SIZE:
        answer = go_on(client, answer, count=5)
        given += ids(answer)
    assert len(set(given[: 2 * SIZE])) == 2 * SIZE
    # What is near is given first.
    assert set(given[:SIZE]) == pks(jazz)
    again = go_on(client, answer, count=20)
    assert len(ids(again)) == 20
    round_two = (given + ids(again))[2 * SIZE : 4 * SIZE]
    assert len(set(round_two)) == len(round_two)
    assert again["tracks"][-1]["reason"] == "Everything has been played, so it begins anew"


def test_a_genre_of_three_tracks_widens_by_likeness(models, jazz, rock, client):
    small = Genre.objects.create(title="Free Jazz", parent=jazz[0].genre_top, top_level=jazz[0].genre_top)
    TrackGenre.objects.bulk_create(TrackGenre(track=track, genre=small) for track in jazz[:3])
    answer = begin(client, f"genre:{small.pk}")
    answer["tracks"] += (more := go_on(client, answer, count=6))["tracks"]
    assert set(ids(answer)[:3]) == pks(jazz[:3])
    assert {each["reason"] for each in answer["tracks"][:3]} == {"More Free Jazz"}
    assert set(ids(answer)) < pks(jazz)
    assert all(each["reason"].startswith("Sounds like “Jazz") for each in more["tracks"])


def test_an_artist_takes_turns_with_others(models, jazz, client):
    artist = jazz[0].artist
    Track.objects.filter(pk__in=pks(jazz[:6])).update(artist=artist)
    catalogue.forget()
    given = ids(begin(client, f"artist:{artist.pk}"))
    assert given[0] in pks(jazz[:6])
    assert set(given[1:]) & pks(jazz[6:])


def test_an_album_and_a_tag_are_seeds_too(models, jazz, rock, client):
    album = Album.objects.create(title="Blue", artist=jazz[0].artist)
    Track.objects.filter(pk__in=pks(jazz[:4])).update(album=album)
    Track.objects.filter(pk__in=pks(rock[:4])).update(tags=["Lo-fi “é”"])
    answer = begin(client, f"album:{album.pk}")
    assert set(ids(answer)) & pks(jazz[:4])
    assert {e["reason"] for e in answer["tracks"] if e["track"]["id"] in pks(jazz[:4])} == {"On Blue"}
    answer = begin(client, "tag:Lo-fi “é”")
    assert set(ids(answer)) == pks(rock[:4])
    assert {each["reason"] for each in answer["tracks"]} == {"Tagged Lo-fi “é”"}


def test_a_skip_pushes_its_like_away(client, me, jazz, rock):
    """The genre has a track of either world; those of one are skipped."""
    both = Genre.objects.create(title="Both")
    TrackGenre.objects.bulk_create(TrackGenre(track=track, genre=both) for track in (jazz[0], rock[0]))
    Popularity.train(heard())
    publish_content([jazz, rock])
    publish_als([*jazz, *rock], np.repeat(np.eye(2), SIZE, axis=0))
    answer = begin(client, f"genre:{both.pk}")
    given = [Track.objects.get(pk=pk) for pk in ids(answer)]
    session, station = uuid.uuid4(), Station.objects.get()
    for track in given:
        act = skip if track in rock else play
        made = act(me, track, session=session)
        made.last_event_at = station.created_at
        made.save()
    assert {track in rock for track in given} == {True, False}
    follows = ids(go_on(client, answer, count=SIZE - len(given)))
    assert set(follows) <= pks(jazz)


def test_asked_again_the_answer_is_the_same_and_bans_are_left_out(models, jazz, client, me):
    first = begin(client, f"track:{jazz[0].pk}")
    next_four = go_on(client, first)
    assert ids(go_on(client, first)) == ids(next_four)
    Ban.objects.create(listener=me, track_id=ids(next_four)[0], at=Station.objects.get().created_at)
    assert ids(go_on(client, first)) == ids(next_four)[1:]
    assert ids(next_four)[0] not in ids(go_on(client, next_four, count=20))


def test_a_banned_seed_is_not_played_but_what_is_like_it(models, jazz, client, me):
    Ban.objects.create(listener=me, track=jazz[0], at="2026-01-01T00:00Z")
    answer = begin(client, f"track:{jazz[0].pk}")
    assert set(ids(answer)) <= pks(jazz[1:])
    assert len(ids(answer)) > ANCHORS


def test_without_any_model_it_plays_whatever_there_is(jazz, rock, client):
    answer = begin(client, f"track:{jazz[0].pk}")
    assert ids(answer)[0] == jazz[0].pk
    assert len(set(ids(answer))) == len(ids(answer)) == 4
    assert answer["tracks"][1]["model_run"] is None


@pytest.mark.parametrize(
    "seed", [None, 12, "", "track", "track:", "track:x", "track:-1", "song:1", "tag: ", ["track:1"]]
)
def test_what_is_no_seed_is_refused_with_the_forms_that_are(jazz, client, seed):
    message = begin(client, seed, 400)["seed"]
    assert "track:ID, artist:ID, album:ID, genre:ID, tag:TAG" in str(message)


@pytest.mark.parametrize("seed", ["track:999999", "artist:999999", "album:999999", "genre:999999", "tag:no such tag"])
def test_a_seed_that_is_not_there_is_not_found(jazz, client, seed):
    assert seed.partition(":")[2] in begin(client, seed, 404)["detail"]


def test_with_nothing_to_play_it_says_so(jazz, client, me):
    Ban.objects.bulk_create(Ban(listener=me, track=track, at="2026-01-01T00:00Z") for track in jazz)
    assert "not banned" in begin(client, f"track:{jazz[0].pk}", 409)["detail"]
    Track.objects.update(audio_state=Track.AudioState.ABSENT)
    catalogue.forget()
    assert "no track of the catalogue can be played" in begin(client, f"track:{jazz[0].pk}", 409)["detail"]


def test_bad_questions_are_refused(models, jazz, client, django_user_model):
    answer = begin(client, f"track:{jazz[0].pk}")
    assert "has given" in str(go_on(client, answer | {"after": 99}, 400))
    assert "whole number" in str(go_on(client, answer | {"after": "x"}, 400))
    assert "from 1 to 20" in str(go_on(client, answer, 400, count=0))
    client.force_login(django_user_model.objects.create_user("somebody"))
    go_on(client, answer, 404)


def test_a_radio_goes_on_after_signing_up(models, jazz, client):
    answer = begin(client, f"track:{jazz[0].pk}")
    form = {"username": "listener", "password1": "a long passphrase", "password2": "a long passphrase"}
    assert client.post("/signup/", form).status_code == 302
    assert not set(ids(go_on(client, answer))) & set(ids(answer))
