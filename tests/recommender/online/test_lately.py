"""Shelves out of the last day and of what came before."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommender import online, store
from recommender.online.spread import PER_ARTIST
from streaming.models import Ban, Genre, Listener, Play, Track
from tests.recommender.world import make_tracks, publish_content

pytestmark = pytest.mark.django_db

SIZE = 8


@pytest.fixture
def groups() -> list[list[Track]]:
    """Three groups of tracks; those of one sound alike."""
    tracks = [
        make_tracks(SIZE, genre=Genre.objects.create(title=name), title=name) for name in ("Jazz", "Rock", "Folk")
    ]
    publish_content(tracks)
    return tracks


def finish(listener: Listener, track: Track, *, ago: timedelta, session: uuid.UUID | None = None) -> None:
    at = timezone.now() - ago
    Play.objects.create(
        id=uuid.uuid4(),
        listener=listener,
        track=track,
        session_id=session or uuid.uuid4(),
        outcome=Play.Outcome.FINISHED,
        started_at=at,
        last_event_at=at,
        played_ms=100_000,
        duration_ms=100_000,
    )


def shelf(listener: Listener, slug: str) -> store.Shelf | None:
    online.refresh(listener.pk)
    return next((each for each in store.standing(listener.pk).shelves if each.slug == slug), None)


def test_more_like_today_is_like_the_tracks_of_today_and_names_them(groups, listener):
    jazz, rock, folk = groups
    finish(listener, folk[0], ago=timedelta(days=3))
    finish(listener, jazz[0], ago=timedelta(hours=2))
    finish(listener, rock[0], ago=timedelta(hours=1))
    today = shelf(listener, "today")
    like_today = {track.pk for track in (*jazz[1:], *rock[1:])}
    assert {item.track_id for item in today.items[: len(like_today)]} == like_today
    assert {item.reason for item in today.items[: len(like_today)]} == {
        "Sounds like “Jazz 0”",
        "Sounds like “Rock 0”",
    }


def test_one_track_is_no_day_and_yesterday_is_not_today(groups, listener):
    jazz, rock, _ = groups
    finish(listener, jazz[0], ago=timedelta(days=2))
    finish(listener, rock[0], ago=timedelta(hours=1))
    assert shelf(listener, "today") is None


def test_jump_back_in_has_what_was_enjoyed_before_this_session_the_latest_first(groups, listener):
    jazz, rock, _ = groups
    for days, track in ((9, jazz[0]), (5, jazz[1]), (7, rock[0])):
        finish(listener, track, ago=timedelta(days=days))
    session = uuid.uuid4()
    finish(listener, rock[1], ago=timedelta(minutes=9), session=session)
    back = shelf(listener, "back")
    assert [item.track_id for item in back.items] == [jazz[1].pk, rock[0].pk, jazz[0].pk]
    last = timezone.now() - timedelta(days=5)
    assert back.items[0].reason == f"You enjoyed it on {last.day} {last:%B}"


def test_jump_back_in_leaves_out_what_was_banned(groups, listener):
    jazz, *_ = groups
    finish(listener, jazz[0], ago=timedelta(days=2))
    finish(listener, jazz[1], ago=timedelta(days=3))
    Ban.objects.create(listener=listener, track=jazz[0], at=timezone.now())
    assert jazz[0].pk not in [item.track_id for item in shelf(listener, "back").items]


def test_one_artist_does_not_fill_the_way_back(groups, listener):
    jazz, *_ = groups
    Track.objects.filter(title__startswith="Jazz").update(artist=jazz[0].artist)
    for days, track in enumerate(jazz, 2):
        finish(listener, track, ago=timedelta(days=days))
    assert len(shelf(listener, "back").items) == PER_ARTIST


def test_your_genres_take_turns_and_offer_nothing_that_another_shelf_has(listener):
    genres = [Genre.objects.create(title=name) for name in ("Jazz", "Rock")]
    groups = [make_tracks(60, genre=genre, title=genre.title) for genre in genres]
    publish_content(groups)
    for minutes, track in enumerate((groups[0][0], groups[1][0]), 1):
        finish(listener, track, ago=timedelta(days=2, minutes=minutes))
    genre_shelf = shelf(listener, "genres")
    assert [item.reason for item in genre_shelf.items[:4]] in (
        ["More Jazz", "More Rock"] * 2,
        ["More Rock", "More Jazz"] * 2,
    )
    others = {"for-you", "because", "new-to-you"}
    elsewhere = {
        item.track_id for each in store.standing(listener.pk).shelves if each.slug in others for item in each.items
    }
    assert not elsewhere & {item.track_id for item in genre_shelf.items}
