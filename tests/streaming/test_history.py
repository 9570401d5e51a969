import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from streaming import history
from streaming.events import Kind, PlaybackEvent
from streaming.listeners import merge
from streaming.models import Ban, Like, Listener, Play, Search, Track

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LISTENER = uuid.UUID(int=1)
PLAY = uuid.UUID(int=7)
pytestmark = pytest.mark.django_db


def event(kind: Kind, track: Track | None = None, *, at: int = 0, listener_id=LISTENER, **fields) -> PlaybackEvent:
    """An event `at` seconds after NOW."""
    time = NOW + timedelta(seconds=at)
    if kind.is_play:
        fields.setdefault("play_id", PLAY)
    return PlaybackEvent(
        event_id=uuid7(),
        kind=kind,
        listener_id=listener_id,
        track_id=track.pk if track else None,
        occurred_at=time,
        received_at=time,
        **fields,
    )


def facts(play: Play) -> tuple:
    return play.outcome, play.played_ms, play.started_at, play.last_event_at


def test_a_play_from_start_to_finish_is_one_row(track):
    shelf = uuid7()
    saved = history.save(
        [
            event(Kind.STARTED, track, duration_ms=30_000, source="shelf:for-you", recommendation_id=shelf),
            event(Kind.PROGRESS, track, at=10, played_ms=10_000),
            event(Kind.FINISHED, track, at=30, played_ms=29_800),
        ]
    )
    assert saved == {LISTENER}
    play = Play.objects.get()
    assert facts(play) == ("finished", 29_800, NOW, NOW + timedelta(seconds=30))
    assert (play.source, play.recommendation_id, play.track) == ("shelf:for-you", shelf, track)
    assert play.share == pytest.approx(29_800 / 30_000)


def test_shelves_made_before_an_event_was_known_lack_it_however_old_it_is(track):
    before = timezone.now()
    history.save([event(Kind.LIKED, track, at=-3600)])
    assert Listener.objects.get().last_event_at >= before


@pytest.mark.parametrize(("duration", "heard"), [(100, 50), (480, 240), (3600, 240)])
def test_how_far_a_play_has_come_is_news_when_the_track_counts_as_heard(track, duration, heard):
    """Half of it, or four minutes: https://www.last.fm/api/scrobbling."""

    def told(seconds: int) -> bool:
        told = event(Kind.PROGRESS, track, at=seconds, played_ms=1000 * seconds, duration_ms=1000 * duration)
        return history.save([told]) == {LISTENER}

    assert history.save([event(Kind.STARTED, track, duration_ms=1000 * duration)]) == {LISTENER}
    assert [seconds for seconds in range(10, duration + 1, 10) if told(seconds)] == [heard]
    assert not told(duration), "again"


def test_a_play_whose_beginning_was_lost_is_news(track):
    assert history.save([event(Kind.PROGRESS, track, played_ms=1000, duration_ms=100_000)]) == {LISTENER}


def test_what_is_no_news_leaves_shelves_fresh(track):
    history.save([event(Kind.PROGRESS, track, played_ms=1000, duration_ms=100_000)])
    told_at = Listener.objects.get().last_event_at
    assert history.save([event(Kind.SEARCHED, query="fishin"), event(Kind.PROGRESS, track, played_ms=2000)]) == set()
    assert Listener.objects.get().last_event_at == told_at


def test_the_same_batch_again_changes_nothing(track):
    events = [
        event(Kind.STARTED, track),
        event(Kind.SKIPPED, track, at=4, played_ms=4000),
        event(Kind.LIKED, track, at=5),
        event(Kind.SEARCHED, at=6, query="fishin"),
    ]
    history.save(events)
    once = [list(model.objects.values()) for model in (Play, Like, Search)]
    history.save(events)
    assert [list(model.objects.values()) for model in (Play, Like, Search)] == once


def test_a_batch_that_comes_in_two_parts_gives_the_same_play(track):
    history.save([event(Kind.STARTED, track)])
    history.save([event(Kind.FINISHED, track, at=30, played_ms=30_000)])
    assert facts(Play.objects.get()) == ("finished", 30_000, NOW, NOW + timedelta(seconds=30))


def test_a_late_progress_does_not_reopen_a_play(track):
    history.save([event(Kind.FINISHED, track, at=30, played_ms=30_000)])
    history.save([event(Kind.PROGRESS, track, at=20, played_ms=20_000)])
    assert facts(Play.objects.get())[:2] == ("finished", 30_000)


def test_nobody_adds_to_another_listeners_play(track):
    history.save([event(Kind.STARTED, track)])
    history.save([event(Kind.FINISHED, track, at=9, played_ms=9000, listener_id=uuid.UUID(int=2))])
    assert facts(Play.objects.get())[:2] == ("playing", 0)


@pytest.mark.parametrize(
    ("said", "taken_back", "verdict"), [(Kind.LIKED, Kind.UNLIKED, Like), (Kind.BANNED, Kind.UNBANNED, Ban)]
)
def test_verdicts_are_given_and_taken_back(track, said, taken_back, verdict):
    history.save([event(said, track), event(said, track, at=1)])
    assert verdict.objects.get().at == NOW + timedelta(seconds=1)
    history.save([event(taken_back, track, at=2)])
    assert not verdict.objects.exists()


def test_of_what_was_said_in_one_batch_the_last_word_holds(track):
    other = Track.objects.create(title="Other", artist=track.artist)
    history.save([event(Kind.LIKED, other)])
    history.save(
        [
            event(Kind.LIKED, track, at=1),
            event(Kind.UNLIKED, track, at=2),
            event(Kind.LIKED, track, at=3),
            event(Kind.LIKED, other, at=4),
            event(Kind.UNLIKED, other, at=5),
            event(Kind.BANNED, other, at=6),
            event(Kind.LIKED, track, at=7, listener_id=uuid.UUID(int=2)),
        ]
    )
    likes = {(like.listener_id.int, like.track_id, like.at) for like in Like.objects.all()}
    assert likes == {(1, track.pk, NOW + timedelta(seconds=3)), (2, track.pk, NOW + timedelta(seconds=7))}
    assert [ban.track for ban in Ban.objects.all()] == [other]


def test_an_event_of_a_deleted_track_costs_only_itself(track):
    gone = Track.objects.create(title="Gone", artist=track.artist)
    events = [event(Kind.LIKED, gone), event(Kind.LIKED, track)]
    gone.delete()
    history.save(events)
    assert [like.track for like in Like.objects.all()] == [track]


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user("ada", password="correct horse")


def test_what_was_heard_without_an_account_moves_to_it(track, user):
    other = Track.objects.create(title="Other", artist=track.artist)
    mine = Listener.objects.create(user=user)
    history.save([event(Kind.LIKED, track, listener_id=mine.pk)])
    history.save([event(Kind.STARTED, track, at=5), event(Kind.LIKED, track), event(Kind.LIKED, other)])
    merge(LISTENER, into=mine)
    assert Play.objects.get().listener == mine
    assert {like.track for like in mine.likes.all()} == {track, other}
    assert Like.objects.count() == 2
    mine.refresh_from_db()
    assert mine.last_event_at == Listener.objects.get(pk=LISTENER).last_event_at


def test_events_still_on_their_way_at_sign_in_follow(track, user):
    mine = Listener.objects.create(user=user)
    merge(LISTENER, into=mine)
    assert history.save([event(Kind.STARTED, track)]) == {mine.pk}
    assert Play.objects.get().listener == mine


def test_another_users_listener_is_never_merged(track, user, django_user_model):
    hers = Listener.objects.create(user=django_user_model.objects.create_user("grace"))
    history.save([event(Kind.STARTED, track, listener_id=hers.pk)])
    merge(hers.pk, into=Listener.objects.create(user=user))
    assert Play.objects.get().listener == hers
