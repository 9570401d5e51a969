"""Shelves that fall back at once, and models that have forgotten."""

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from recommender import online, store
from recommender.algorithms.popularity import Popularity
from recommender.models import ModelRun, Recommendation
from recommender.pipeline import train
from recommender.pipeline.prepare import Prepared, prepare
from recommender.pipeline.read import read
from streaming import erasures, privacy
from streaming.events import Kind
from streaming.listeners import merge
from streaming.models import Genre, Listener, Track
from tests.recommender.world import make_tracks
from tests.streaming.said import event, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(6, genre=Genre.objects.create(title="Jazz"))


@pytest.fixture
def cold(tracks) -> store.Shelves:
    """What everybody new sees."""
    train([ModelRun.Algorithm.POPULARITY])
    return store.standing(None)


def plays(listener: Listener, tracks: list[Track]) -> list:
    return [event(listener, Kind.FINISHED, track) for track in tracks]


def shelf(*tracks: Track) -> store.Shelf:
    return store.Shelf(uuid7(), "for-you", "For you", [store.Item(track.pk, 1.0, "Because", 1) for track in tracks])


def learned_from() -> Prepared:
    return prepare(read())


def test_shelves_fall_back_to_the_cold_ones_with_the_clearing(listener, tracks, cold):
    say(plays(listener, tracks[:2]))
    online.refresh(listener.pk)
    assert not store.standing_or_cold(listener.pk).is_cold
    privacy.clear(listener.pk, verdicts=True)
    assert store.standing_or_cold(listener.pk) == cold
    assert not Recommendation.objects.filter(listener=listener).exists(), "nor those that were replaced before"


def test_a_refresh_that_read_before_the_clearing_does_not_bring_them_back(listener, tracks, cold):
    read_at = timezone.now()
    privacy.clear(listener.pk, verdicts=True)
    store.replace(listener.pk, [shelf(*tracks)], read_at)
    assert store.standing_or_cold(listener.pk) == cold


def test_a_refresh_for_a_listener_deleted_meanwhile_does_nothing(listener, tracks, cold):
    read_at = timezone.now()
    listener.delete()
    store.replace(listener.pk, [shelf(*tracks)], read_at)
    assert not Recommendation.objects.exclude(listener=None).exists()


def test_switched_off_the_shelves_are_the_cold_ones_and_on_again_as_before(listener, tracks, cold):
    say(plays(listener, tracks[:2]))
    online.refresh(listener.pk)
    before = store.standing(listener.pk)
    privacy.set_personalised(listener.pk, False)
    assert store.standing_or_cold(listener.pk) == cold
    say(plays(listener, tracks[2:3]))
    online.refresh(listener.pk)
    assert store.standing_or_cold(listener.pk) == cold
    privacy.set_personalised(listener.pk, True)
    online.refresh(listener.pk)
    after = store.standing(listener.pk)
    assert [one.slug for one in after.shelves] == [one.slug for one in before.shelves]


def test_the_next_models_have_no_row_of_whoever_cleared(listener, tracks):
    """Trained while the lake still holds it, and after the lake has forgotten it."""
    stranger = Listener.objects.create()
    say([*plays(listener, tracks[:3]), *plays(stranger, tracks[3:])])
    assert learned_from().listener_ids == sorted([listener.pk, stranger.pk])
    privacy.clear(listener.pk, verdicts=True)
    for done in (0, 1):
        prepared = learned_from()
        assert prepared.listener_ids == [stranger.pk]
        assert prepared.track_ids.tolist() == [track.pk for track in tracks[3:]]
        assert erasures.finish() == 1 - done
    assert train([ModelRun.Algorithm.POPULARITY]).runs
    jazz = Genre.objects.get().pk
    ids, scores = Popularity.current().of_genre(jazz, len(tracks))
    by_track = dict(zip(ids.tolist(), scores.tolist(), strict=True))
    heard, cleared = ([by_track[track.pk] for track in some] for some in (tracks[3:], tracks[:3]))
    assert min(heard) > max(cleared)


def test_what_is_played_after_the_clearing_is_learned_once_the_lake_has_forgotten(listener, tracks):
    say(plays(listener, tracks[:3]))
    privacy.clear(listener.pk, verdicts=True)
    say(plays(listener, tracks[4:5]))
    assert learned_from().listener_ids == []
    erasures.finish()
    prepared = learned_from()
    assert (prepared.listener_ids, prepared.track_ids.tolist()) == ([listener.pk], [tracks[4].pk])


def test_whoever_signs_in_in_between_is_not_learned_from_either(listener, tracks, django_user_model):
    """Cleared without an account, and the account's by the time of the training."""
    mine = Listener.objects.create(user=django_user_model.objects.create_user("ada"))
    say(plays(listener, tracks[:3]))
    privacy.clear(listener.pk, verdicts=True)
    merge(listener.pk, into=mine)
    assert learned_from().listener_ids == []


def test_nothing_is_learned_from_whoever_switched_it_off(listener, tracks):
    stranger = Listener.objects.create()
    say([*plays(listener, tracks[:3]), *plays(stranger, tracks[3:])])
    privacy.set_personalised(listener.pk, False)
    prepared = learned_from()
    assert prepared.listener_ids == [stranger.pk]
    assert prepared.dropped["events of excluded listeners"] == 3
    privacy.set_personalised(listener.pk, True)
    assert learned_from().listener_ids == sorted([listener.pk, stranger.pk])


def test_the_page_tells_the_shelves_and_their_reasons(client, tracks, cold):
    assert "None is made for you" in client.get("/your-data/").text
    me = Listener.objects.create(pk=client.get("/your-data/").wsgi_request.listener_id)
    store.replace(me.pk, [shelf(*tracks[:2])], timezone.now())
    text = client.get("/your-data/").text
    assert "2 tracks" in text
    assert text.count("Because</span>") == 2
    store.replace(Listener.objects.create().pk, [shelf(*tracks)], timezone.now())
    assert "6 tracks" not in client.get("/your-data/").text
