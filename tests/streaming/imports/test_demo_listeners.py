"""The simulated listeners: known as such, the same twice, and with tastes that their plays show."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from streaming import history
from streaming.events import PlaybackEvent, event_log
from streaming.imports.demo import catalogue, listeners
from streaming.imports.demo.repertoire import ARTISTS
from streaming.models import Like, Listener, Play

FINISHED = Play.Outcome.FINISHED


@dataclass(frozen=True)
class Simulated:
    listeners: list[Listener]
    plays: list[Play]
    likes: list[Like]


@pytest.fixture(scope="module")
def simulated(django_db_setup, django_db_blocker) -> Simulated:
    """The rows that their events make; made once, for the tests that only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        catalogue.create()
        Listener.objects.bulk_create(
            Listener(id=listeners.listener_id(number, 0), is_simulated=True) for number in range(200)
        )
        history.save([event for number in range(200) for event in events(number)])
        rows = Simulated(
            list(Listener.objects.all()),
            list(Play.objects.select_related("track__artist", "track__genre_top")),
            list(Like.objects.all()),
        )
        transaction.set_rollback(True)
    return rows


@pytest.fixture
def plays(simulated) -> list[Play]:
    return simulated.plays


def events(number: int, now: datetime | None = None) -> list[PlaybackEvent]:
    tracks = list(catalogue.tracks().select_related("artist", "genre_top").order_by("path"))
    return listeners.events(number, 0, tracks, now or timezone.now())


def logged() -> list[PlaybackEvent]:
    records = event_log().consumer("tests").poll(max_records=100_000, timeout=0)
    return [PlaybackEvent.from_json(record.value) for record in records]


def test_there_are_200_and_all_are_marked_as_simulated(simulated):
    assert [(listener.is_simulated, listener.user_id) for listener in simulated.listeners] == [(True, None)] * 200
    assert {play.source for play in simulated.plays} == {"simulated"}


def test_each_played_20_to_60_tracks_within_the_last_60_days(plays):
    counts = Counter(play.listener_id for play in plays)
    assert len(counts) == 200
    assert 20 <= min(counts.values()) <= max(counts.values()) <= 60
    now = timezone.now()
    assert now - timedelta(days=60, minutes=1) <= min(play.started_at for play in plays)
    assert max(play.last_event_at for play in plays) <= now


def test_a_finished_play_was_heard_whole_and_a_skipped_one_was_not(plays):
    assert {play.outcome for play in plays} == {"finished", "skipped"}
    assert all((play.played_ms == play.duration_ms) == (play.outcome == FINISHED) for play in plays)


def test_sessions_hold_several_plays_one_after_the_other(plays):
    sessions = {}
    for play in sorted(plays, key=lambda play: play.started_at):
        sessions.setdefault(play.session_id, []).append(play)
    assert sum(len(session) for session in sessions.values()) / len(sessions) > 3
    for session in sessions.values():
        assert len({play.listener_id for play in session}) == 1
        for earlier, later in zip(session, session[1:], strict=False):
            assert earlier.last_event_at < later.started_at


def test_their_events_go_to_the_log_once(db):
    catalogue.create()
    listeners.create()
    assert listeners.is_complete()
    before = logged()
    assert {event.listener_id for event in before} == set(Listener.objects.values_list("pk", flat=True))
    # Killed before it was noted that they are all there.
    Listener.objects.update(last_event_at=None)
    assert not listeners.is_complete()
    listeners.create()
    assert listeners.is_complete()
    assert logged() == before


def test_a_demo_from_before_the_log_took_it_is_put_there(db):
    catalogue.create()
    Listener.objects.bulk_create(
        Listener(id=listeners.listener_id(number, 0), is_simulated=True) for number in range(200)
    )
    assert not listeners.is_complete()
    listeners.create()
    assert {event.listener_id for event in logged()} == set(Listener.objects.values_list("pk", flat=True))


def test_what_they_play_follows_from_the_seed(db):
    catalogue.create()

    def told(now: datetime) -> list[tuple]:
        return sorted((event.event_id, event.track_id, event.kind, event.played_ms) for event in events(7, now))

    assert told(timezone.now()) == told(timezone.now() + timedelta(minutes=1))


def test_a_demo_that_is_made_again_does_not_say_what_the_log_holds(db):
    catalogue.create()
    before = {event.event_id for event in events(7)}
    catalogue.tracks().delete()
    catalogue.create()
    assert before.isdisjoint(event.event_id for event in events(7))


def test_they_need_every_track_of_the_demo(db):
    catalogue.create()
    catalogue.tracks().first().delete()
    with pytest.raises(LookupError, match=r"95 of the demo's 96 tracks"):
        listeners.create()
    assert not Listener.objects.exists()


def test_every_genre_is_the_first_of_as_many_listeners():
    tastes = [listeners.taste(number, 0) for number in range(200)]
    assert Counter(taste.genres[0] for taste in tastes) == dict.fromkeys(ARTISTS, 25)
    assert {len(taste.genres) for taste in tastes} == {1, 2, 3}
    for taste in tastes:
        assert sum(taste.weights) == pytest.approx(1)
        assert taste.artist in {artist.name for artist in ARTISTS[taste.genres[0]]}


def test_they_finish_what_they_love_and_skip_the_rest(plays):
    """About 8,000 plays, finished with a chance of 0.85 or more where loved, of 0.25 elsewhere."""
    tastes = {listeners.listener_id(number, 0): listeners.taste(number, 0) for number in range(200)}
    finished = {True: [], False: []}
    for play in plays:
        loved = play.track.genre_top.title in tastes[play.listener_id].genres
        finished[loved].append(play.outcome == FINISHED)
    shares = {loved: sum(outcomes) / len(outcomes) for loved, outcomes in finished.items()}
    assert shares[True] > 0.8
    assert shares[False] < 0.35
    assert len(finished[True]) > 3 * len(finished[False])


def test_they_like_only_what_they_finished(simulated):
    finished = {(play.listener_id, play.track_id) for play in simulated.plays if play.outcome == FINISHED}
    likes = {(like.listener_id, like.track_id) for like in simulated.likes}
    assert len(likes) > 200
    assert likes <= finished
