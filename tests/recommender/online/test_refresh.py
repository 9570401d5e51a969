"""Two worlds of tracks: whoever plays one of them is offered that one, and told why."""

import uuid

import numpy as np
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender import online, store
from recommender.algorithms.popularity import Popularity
from recommender.online import catalogue
from recommender.online.spread import LENGTH, PER_ARTIST
from streaming.models import Ban, Genre, Listener, Track
from tests.recommender.world import (
    NOON,
    heard,
    like,
    make_tracks,
    play,
    publish_als,
    publish_character,
    publish_content,
    skip,
)

pytestmark = pytest.mark.django_db

SIZE = 12


@pytest.fixture
def jazz() -> list[Track]:
    return make_tracks(SIZE, genre=Genre.objects.create(title="Jazz"), title="Jazz", listens=10)


@pytest.fixture
def rock() -> list[Track]:
    return make_tracks(SIZE, genre=Genre.objects.create(title="Rock"), title="Rock", listens=1000)


@pytest.fixture
def popular(jazz, rock):
    return Popularity.train(heard())


@pytest.fixture
def sound(jazz, rock):
    return publish_content([jazz, rock])


@pytest.fixture
def taste(jazz, rock):
    """Whoever likes a track of one genre likes the others of it, and has nothing to do with the other genre's."""
    return publish_als([*jazz, *rock], np.repeat(np.eye(2), SIZE, axis=0))


def shelves(listener: Listener) -> dict[str, store.Shelf]:
    online.refresh(listener.pk)
    standing = store.standing(listener.pk)
    return {shelf.slug: shelf for shelf in standing.shelves} if standing else {}


def ids(shelf: store.Shelf) -> list[int]:
    return [item.track_id for item in shelf.items]


def offered(listener: Listener) -> set[int]:
    return {track_id for shelf in shelves(listener).values() for track_id in ids(shelf)}


def pks(tracks: list[Track]) -> set[int]:
    return {track.pk for track in tracks}


def test_a_visitor_is_offered_what_is_popular_genre_after_genre(popular, jazz, rock):
    online.refresh_cold()
    stranger = uuid.uuid4()
    online.refresh(stranger)
    assert store.standing(stranger) is None
    for_you, more = store.standing_or_cold(stranger).shelves
    # Rock is the more popular one; within a genre all are equal, and the older track comes first.
    turns = [track for pair in zip(rock, jazz, strict=True) for track in pair]
    assert ids(for_you) == [track.pk for track in turns[:LENGTH]]
    assert ids(more) == [track.pk for track in turns[LENGTH:]]
    assert for_you.items[0] == store.Item(rock[0].pk, for_you.items[0].score, "Popular in Rock", popular.pk)
    assert for_you.items[1].reason == "Popular in Jazz"


def test_without_any_model_nothing_is_offered(listener, track):
    play(listener, track)
    online.refresh_cold()
    assert shelves(listener) == {}
    assert store.standing_or_cold(listener.pk) is None


def test_one_play_changes_what_a_cold_listener_is_offered(popular, sound, jazz, listener):
    online.refresh_cold()
    cold = store.standing_or_cold(listener.pk)
    play(listener, jazz[0])
    personal = shelves(listener)
    assert ids(personal["for-you"]) != ids(cold.shelves[0])
    assert set(ids(personal["for-you"])[: SIZE - 1]) == pks(jazz[1:])
    assert {item.reason for item in personal["for-you"].items[: SIZE - 1]} == {"Sounds like “Jazz 0”"}
    assert {item.run_id for item in personal["for-you"].items[: SIZE - 1]} == {sound.pk}


def test_a_track_of_the_same_character_is_offered_with_what_they_have_in_common(jazz, rock, listener):
    run = publish_character([jazz, rock])
    play(listener, jazz[0])
    best = shelves(listener)["for-you"].items
    assert {item.track_id for item in best} == pks(jazz[1:])
    assert {item.reason for item in best} == {"Like “Jazz 0” in energy and mood"}
    assert {item.run_id for item in best} == {run.pk}


def test_a_track_without_character_is_offered_by_its_sound(sound, jazz, rock, listener):
    publish_character([jazz[:2], rock[:2]])
    play(listener, jazz[5])
    assert {item.reason for item in shelves(listener)["for-you"].items[: SIZE - 1]} == {"Sounds like “Jazz 5”"}


def test_what_has_the_character_of_a_skipped_track_sinks(jazz, rock, listener):
    publish_character([jazz, rock])
    session = uuid.uuid4()
    play(listener, jazz[0], session=session)
    play(listener, rock[0], session=session, minute=1)
    assert offered(listener) & pks(rock)
    skip(listener, rock[1], session=session, minute=2)
    assert offered(listener) == pks(jazz[1:])


def test_popularity_alone_takes_up_the_genre_that_was_played(popular, jazz, listener):
    play(listener, jazz[3])
    best = shelves(listener)["for-you"].items[0]
    assert best.track_id in pks(jazz)
    assert (best.reason, best.run_id) == ("Popular in Jazz", popular.pk)


def test_collaborative_reasons_name_a_track_that_the_listener_played(taste, jazz, rock, listener):
    for minute in range(3):
        play(listener, jazz[0], minute=minute)
    play(listener, rock[0], minute=3)
    reasons = {item.track_id: item.reason for item in shelves(listener)["for-you"].items}
    assert {reasons[track.pk] for track in jazz[1:]} == {"Listeners of “Jazz 0” play this"}
    assert {reasons[track.pk] for track in rock[1:] if track.pk in reasons} == {"Listeners of “Rock 0” play this"}
    assert ids(shelves(listener)["for-you"])[0] in pks(jazz)


def test_a_track_enjoyed_before_is_not_its_own_reason_in_other_words(taste, jazz, listener):
    play(listener, jazz[0], session=uuid.uuid4())
    play(listener, jazz[1], session=uuid.uuid4(), minute=90)
    reasons = {item.track_id: item.reason for item in shelves(listener)["for-you"].items}
    assert reasons[jazz[0].pk] in ("You enjoyed it before", "Listeners of “Jazz 1” play this")
    assert jazz[1].pk not in reasons


def test_because_you_played_names_the_track_last_enjoyed(popular, sound, taste, jazz, rock, listener):
    play(listener, rock[0])
    play(listener, jazz[0], minute=1)
    skip(listener, rock[1], minute=2)
    because = shelves(listener)["because"]
    assert because.title == "Because you played Jazz 0"
    assert set(ids(because)) == pks(jazz[1:])
    assert {item.reason for item in because.items} <= {
        "Sounds like “Jazz 0”",
        "Listeners of “Jazz 0” play this",
    }


def test_what_is_new_was_never_played_and_artists_never_played_come_first(jazz, rock, listener):
    known = jazz[0].artist
    make_tracks(10, genre=jazz[0].genre_top, title="More", listens=5)
    popular_ones = make_tracks(4, genre=jazz[0].genre_top, title="Known", listens=10_000)
    Track.objects.filter(pk__in=pks(popular_ones)).update(artist=known)
    Popularity.train(heard())
    play(listener, jazz[0], session=uuid.uuid4())
    play(listener, jazz[1], session=uuid.uuid4(), minute=90)
    standing = shelves(listener)
    for_you, new = ids(standing["for-you"]), ids(standing["new-to-you"])
    assert for_you[:PER_ARTIST] == [track.pk for track in popular_ones[:PER_ARTIST]]
    assert new[-PER_ARTIST:] == [track.pk for track in popular_ones[PER_ARTIST:]]
    assert len(new) > PER_ARTIST
    assert not set(new) & {jazz[0].pk, jazz[1].pk, *for_you}


@pytest.mark.parametrize("model", ["sound", "taste"])
def test_a_skipped_track_leaves_and_its_likes_sink(request, popular, model, jazz, rock, listener):
    request.getfixturevalue(model)
    session = uuid.uuid4()
    play(listener, jazz[0], session=session)
    play(listener, rock[0], session=session, minute=1)
    before = shelves(listener)["for-you"]
    skip(listener, rock[1], session=session, minute=2)
    after = shelves(listener)["for-you"]
    assert rock[1].pk in ids(before)
    assert rock[1].pk not in offered(listener)
    assert mean_score(after, rock[2:]) < mean_score(before, rock[2:])
    assert mean_score(after, rock[2:]) < mean_score(after, jazz)


def mean_score(shelf: store.Shelf, tracks: list[Track]) -> float:
    """The mean score of those of the tracks that are on the shelf."""
    return np.mean([item.score for item in shelf.items if item.track_id in pks(tracks)])


def test_a_banned_track_is_never_offered(popular, sound, taste, jazz, listener):
    play(listener, jazz[0])
    assert jazz[5].pk in offered(listener)
    Ban.objects.create(listener=listener, track=jazz[5], at=NOON)
    assert jazz[5].pk not in offered(listener)


def test_whoever_only_banned_is_offered_the_rest(popular, sound, jazz, rock, listener):
    Ban.objects.create(listener=listener, track=rock[0], at=NOON)
    standing = shelves(listener)
    assert "because" not in standing
    assert set(ids(standing["for-you"])) & pks(jazz)
    assert rock[0].pk not in offered(listener)


def test_a_like_alone_is_enough(popular, sound, jazz, listener):
    like(listener, jazz[0])
    assert shelves(listener)["because"].title == "Because you played Jazz 0"


def test_what_cannot_be_played_is_not_offered(popular, sound, taste, jazz, listener):
    play(listener, jazz[0])
    Track.objects.filter(pk=jazz[1].pk).update(audio_state=Track.AudioState.ABSENT)
    Track.objects.filter(pk=jazz[2].pk).delete()
    catalogue.forget()
    assert not offered(listener) & {jazz[1].pk, jazz[2].pk}


def test_no_artist_fills_a_shelf(popular, sound, taste, jazz, listener):
    Track.objects.filter(pk__in=pks(jazz)).update(artist=jazz[0].artist)
    play(listener, jazz[0])
    for shelf in shelves(listener).values():
        assert len(set(ids(shelf)) & pks(jazz)) <= PER_ARTIST


def test_whoever_played_everything_is_still_offered_what_was_played_longest_ago(
    popular, sound, taste, jazz, rock, listener
):
    session = uuid.uuid4()
    for minute, track in enumerate([*jazz, *rock]):
        play(listener, track, minute=minute, session=session)
    standing = shelves(listener)
    assert set(ids(standing["for-you"])) <= pks(jazz)
    assert "new-to-you" not in standing


def test_of_one_track_nothing_else_can_be_offered(listener):
    (only,) = make_tracks(1)
    Popularity.train(heard())
    play(listener, only)
    assert set(offered(listener)) <= {only.pk}


def test_whoever_takes_back_all_they_said_is_a_stranger_again(popular, sound, jazz, listener):
    liked = like(listener, jazz[0])
    assert shelves(listener)
    liked.delete()
    assert shelves(listener) == {}


def test_a_long_history_takes_no_more_queries_than_a_short_one(popular, sound, taste, jazz, rock, listener):
    play(listener, jazz[0])
    shelves(listener)
    with CaptureQueriesContext(connection) as short:
        online.refresh(listener.pk)
    for minute, track in enumerate([*jazz, *rock[:6]]):
        play(listener, track, minute=minute, session=uuid.uuid4())
    with CaptureQueriesContext(connection) as long:
        online.refresh(listener.pk)
    assert len(long) == len(short)


def test_after_the_warm_up_the_first_refresh_asks_no_more_than_the_next(popular, sound, taste, jazz, listener):
    play(listener, jazz[0])
    catalogue.forget()
    cache.clear()
    online.warm_up()
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            online.refresh(listener.pk)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_first_listener_of_a_catalogue_of_which_nothing_is_known_is_offered_something(listener):
    """Own files, say: without genres and listens, and before any model but popularity."""
    first, *others = make_tracks(4)
    Popularity.train(heard())
    play(listener, first)
    assert offered(listener) == {track.pk for track in others}
