"""What rises: more listeners than before, and more of them than chance would bring."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from recommender import online, store
from recommender.algorithms.popularity import Popularity
from recommender.online.rising import rising
from streaming.models import Ban, Listener, Play, Track
from tests.recommender.world import heard, make_tracks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(5)


def play(track: Track, listeners: list[Listener], *, days_ago: float) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    Play.objects.bulk_create(
        Play(id=uuid.uuid4(), listener=listener, track=track, started_at=at, last_event_at=at) for listener in listeners
    )


@pytest.fixture
def people() -> list[Listener]:
    return Listener.objects.bulk_create(Listener() for _ in range(12))


def test_the_greater_rise_comes_first_and_what_falls_or_stays_is_left_out(tracks, people):
    new, grown, stays, falls, unheard = tracks
    play(new, people[:4], days_ago=2)
    play(grown, people[:9], days_ago=2)
    play(grown, people[:8], days_ago=10)
    play(stays, people[:5], days_ago=2)
    play(stays, people[5:10], days_ago=10)
    play(falls, people[:2], days_ago=2)
    play(falls, people[:6], days_ago=10)
    # (4 - 0) / √4 = 2, and (9 - 8) / √17 = 0.24.
    assert [(each.track_id, each.listeners) for each in rising()] == [(new.pk, 4), (grown.pk, 9)]
    assert rising()[0].score == pytest.approx(2.0)


def test_one_listener_on_repeat_lifts_nothing(tracks, people):
    for hours in range(30):
        play(tracks[0], people[:1], days_ago=hours / 24)
    assert rising() == []


def test_what_is_older_than_two_weeks_does_not_count(tracks, people):
    play(tracks[0], people, days_ago=15)
    assert rising() == []


def test_the_shelf_says_how_many_and_honours_bans(tracks, people, listener):
    Popularity.train(heard())
    play(tracks[0], people[:4], days_ago=1)
    play(tracks[1], people[:3], days_ago=1)
    Ban.objects.create(listener=listener, track=tracks[0], at=timezone.now())
    online.refresh(listener.pk)
    online.refresh_cold()
    reasons = {
        listener_id: {
            item.track_id: item.reason
            for shelf in store.standing(listener_id).shelves
            if shelf.slug == "rising"
            for item in shelf.items
        }
        for listener_id in (listener.pk, None)
    }
    assert reasons[None] == {
        tracks[0].pk: "Played by 4 listeners lately, more than before",
        tracks[1].pk: "Played by 3 listeners lately, more than before",
    }
    assert set(reasons[listener.pk]) == {tracks[1].pk}
