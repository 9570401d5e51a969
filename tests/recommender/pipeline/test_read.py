"""What is read from the lake is held against what the database knows now."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from recommender.pipeline.prepare import prepare
from recommender.pipeline.read import KINDS, Read, read
from streaming.events import Kind, PlaybackEvent
from streaming.lake import Part, lake
from streaming.models import Listener, Track
from tests.recommender.world import make_tracks, play

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(3)


def event(listener: Listener, track: Track, kind: Kind = Kind.FINISHED, *, minute: int = 0, **fields) -> PlaybackEvent:
    """Received at the same moment as all others, if nothing else is said."""
    at = NOON + timedelta(minutes=minute)
    ids = {"event_id": uuid.uuid4(), "play_id": uuid.uuid4(), "listener_id": listener.pk, "track_id": track.pk}
    return PlaybackEvent(kind=kind, occurred_at=at, **({"received_at": NOON} | ids | fields))


def put(*events: PlaybackEvent) -> None:
    """Into the lake, in this order."""
    start = lake().offset()
    lake().append(dict(enumerate(events, start)), up_to_offset=start + len(events))


def told(found: Read) -> list[tuple]:
    """Listener, track and kind of each event, in their order."""
    events = found.events
    listeners = [found.listener_ids[number] for number in events.listeners]
    kinds = [KINDS[kind] for kind in events.kinds]
    return list(zip(listeners, found.track_ids[events.tracks].tolist(), kinds, strict=True))


def dropped(found: Read) -> dict[str, int]:
    return {reason: count for reason, count in found.dropped.items() if count}


def test_a_lake_that_is_not_there_yet_holds_nothing():
    found = read()
    assert (len(found.events), found.listener_ids, found.saved_plays) == (0, [], 0)
    assert not any(found.dropped.values())


def test_events_are_in_the_order_of_the_log_with_what_they_say(tracks, listener):
    session = uuid.uuid4()
    first = event(listener, tracks[1], minute=5, session_id=session, played_ms=7, duration_ms=9)
    put(first, event(listener, tracks[0], minute=1), event(listener, tracks[2], Kind.LIKED, play_id=None, minute=3))
    put(event(listener, tracks[1], Kind.SKIPPED, play_id=first.play_id, session_id=session))
    lake().compact()
    found = read()
    assert told(found) == [
        (listener.pk, tracks[1].pk, Kind.FINISHED),
        (listener.pk, tracks[0].pk, Kind.FINISHED),
        (listener.pk, tracks[2].pk, Kind.LIKED),
        (listener.pk, tracks[1].pk, Kind.SKIPPED),
    ]
    events = found.events
    assert events.times.tolist() == [(NOON + timedelta(minutes=n)).replace(tzinfo=None) for n in (5, 1, 3, 0)]
    assert (events.played_ms.tolist(), events.duration_ms.tolist()) == ([7, 0, 0, 0], [9, 0, 0, 0])
    assert (events.sessions == -1).tolist() == [False, True, True, False]
    assert events.plays[0] == events.plays[3] != events.plays[1]


def test_events_of_several_partitions_are_in_the_order_of_their_receipt(tracks, listener):
    """Somebody liked two tracks before signing in, whose events are in another partition, and one of them no more."""
    anonymous = Listener.objects.create(merged_into=listener)
    said = [(anonymous, tracks[0], Kind.LIKED), (anonymous, tracks[1], Kind.LIKED), (listener, tracks[0], Kind.UNLIKED)]
    liked, other, unliked = (
        event(*one, play_id=None, minute=minute, received_at=NOON + timedelta(minutes=minute))
        for minute, one in enumerate(said)
    )
    lake().append_parts({"events/0": Part({900: liked, 901: other}, 902), "events/1": Part({3: unliked}, 4)})
    found = read()
    assert [kind for *_, kind in told(found)] == [Kind.LIKED, Kind.LIKED, Kind.UNLIKED]
    prepared = prepare(found)
    assert prepared.track_ids.tolist() == [tracks[1].pk]


def test_what_was_searched_for_is_not_read(tracks, listener):
    put(event(listener, tracks[0], Kind.SEARCHED, track_id=None, play_id=None, query="jazz"))
    assert told(read()) == []


def test_events_of_deleted_tracks_and_listeners_are_dropped(tracks, listener):
    gone = Listener.objects.create()
    put(event(listener, tracks[0]), event(listener, tracks[1]), event(gone, tracks[0]), event(gone, tracks[1]))
    tracks[1].delete()
    gone.delete()
    found = read()
    assert told(found) == [(listener.pk, tracks[0].pk, Kind.FINISHED)]
    assert found.listener_ids == [listener.pk]
    assert dropped(found) == {"events of deleted tracks": 2, "events of deleted listeners": 1}


def test_an_anonymous_listener_who_signed_in_is_the_user(tracks, listener):
    anonymous = Listener.objects.create(merged_into=listener)
    put(event(anonymous, tracks[0]), event(listener, tracks[1]))
    found = read()
    assert [who for who, *_ in told(found)] == [listener.pk] * 2
    assert found.listener_ids == [listener.pk]


def test_simulated_listeners_count(tracks):
    simulated = Listener.objects.create(is_simulated=True)
    put(event(simulated, tracks[0]))
    assert told(read()) == [(simulated.pk, tracks[0].pk, Kind.FINISHED)]


def test_of_excluded_listeners_nothing_is_read(tracks, listener):
    excluded = Listener.objects.create(is_personalised=False)
    before = Listener.objects.create(merged_into=excluded)
    put(event(listener, tracks[0]), event(excluded, tracks[0]), event(before, tracks[1]))
    found = read()
    assert found.listener_ids == [listener.pk]
    assert dropped(found) == {"events of excluded listeners": 2}


def test_only_what_occurred_since(tracks, listener):
    put(*(event(listener, tracks[0], minute=minute) for minute in range(4)))
    assert len(read(since=NOON + timedelta(minutes=2)).events) == 2


def test_saved_plays_are_those_of_the_database(tracks, listener):
    play(listener, tracks[0])
    play(listener, tracks[0], minute=1)
    assert read().saved_plays == 2


def test_thousands_of_listeners_are_told_apart(tracks):
    """More rows than one batch of the reader holds."""
    listeners = sorted(Listener.objects.bulk_create(Listener() for _ in range(300)), key=lambda one: one.pk)
    who = np.random.default_rng(3).integers(300, size=20_000)
    put(*(event(listeners[one], tracks[one % 3]) for one in who.tolist()))
    found = read()
    assert found.listener_ids == [one.pk for one in listeners]
    assert found.events.listeners.tolist() == who.tolist()
    assert found.track_ids[found.events.tracks].tolist() == [tracks[one % 3].pk for one in who.tolist()]
