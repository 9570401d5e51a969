"""Histories from events: plays put together, weighted, ordered, and without what nobody can have heard."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from recommender.interactions import EARLY_SKIP, FINISHED, LIKED, MOST, PARTIAL, Interactions
from recommender.pipeline.prepare import REPEATS, STARTS_AN_HOUR, Prepared, prepare
from recommender.pipeline.read import KINDS, Events, Read
from streaming.events import Kind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA, BOB = sorted(uuid.UUID(int=n) for n in (1, 2))
TRACKS = np.array([5, 8, 13, 21])
LENGTH_MS = 100_000


def event(
    kind: Kind,
    track: int,
    *,
    listener: int = 0,
    play: int = 0,
    session: int = -1,
    seconds: float = 0,
    share: float = 1.0,
) -> tuple:
    """An event, as a row of Events, of the track at this place of TRACKS, so many seconds after noon."""
    at = np.datetime64((NOON + timedelta(seconds=seconds)).replace(tzinfo=None), "us")
    return listener, track, KINDS.index(kind), play, session, at, int(share * LENGTH_MS), LENGTH_MS


def finished(track: int, play: int, **fields) -> tuple:
    return event(Kind.FINISHED, track, play=play, **fields)


def read(rows: Sequence[tuple]) -> Read:
    types = ("i4", "i4", "i1", "i4", "i4", "M8[us]", "i4", "i4")
    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    arrays = [np.array(values, dtype) for values, dtype in zip(columns, types, strict=True)]
    return Read(Events(*arrays), [ADA, BOB], TRACKS, len(rows), {})


def histories(prepared: Prepared) -> dict[uuid.UUID, list[tuple[int, float]]]:
    """Track ids and weights of each listener, in their order."""
    told = [
        *zip(prepared.track_ids[prepared.histories.items].tolist(), prepared.histories.weights.tolist(), strict=True)
    ]
    bounds = prepared.histories.offsets
    return {
        listener: told[start:end]
        for listener, start, end in zip(prepared.listener_ids, bounds[:-1], bounds[1:], strict=True)
    }


def dropped(prepared: Prepared) -> dict[str, int]:
    return {reason: count for reason, count in prepared.dropped.items() if count}


def test_the_events_of_a_play_are_one_play():
    """It began with the earliest event, most was heard of it, and its first ending stands."""
    prepared = prepare(
        read(
            [
                event(Kind.PROGRESS, 1, seconds=30, share=0.3),
                event(Kind.STARTED, 1, seconds=0, share=0.0),
                event(Kind.SKIPPED, 1, seconds=60, share=0.6),
                event(Kind.PROGRESS, 1, seconds=50, share=0.5),
                event(Kind.FINISHED, 1, seconds=90, share=0.1),
            ]
        )
    )
    assert histories(prepared) == {ADA: [(8, pytest.approx(0.6 * PARTIAL))]}
    assert prepared.times.tolist() == [NOON.replace(tzinfo=None)]
    assert dropped(prepared) == {}


def test_nobody_adds_to_another_listeners_play_or_makes_it_another_tracks():
    prepared = prepare(
        read(
            [
                event(Kind.STARTED, 0, listener=1, share=0.0),
                finished(0, 0, listener=0),
                finished(1, 0, listener=1),
                event(Kind.PROGRESS, 0, listener=1, share=0.4),
            ]
        )
    )
    assert histories(prepared) == {BOB: [(5, pytest.approx(0.4 * PARTIAL))]}
    assert dropped(prepared) == {"events of another's play": 2}


def test_histories_are_in_order_of_time_whatever_the_order_of_the_log():
    rows = [finished(2, 0, seconds=200), finished(0, 1, seconds=100), finished(3, 2, listener=1), finished(2, 3)]
    prepared = prepare(read(rows))
    assert histories(prepared) == {ADA: [(13, FINISHED), (5, FINISHED), (13, FINISHED)], BOB: [(21, FINISHED)]}
    assert prepared.track_ids.tolist() == [5, 13, 21]


def test_sessions_are_told_by_the_player_or_by_an_hours_pause():
    rows = [
        finished(0, 0, session=7),
        finished(1, 1, session=7, seconds=9_000),
        finished(2, 2, session=4, seconds=9_100),
        finished(0, 3, seconds=9_200),
        finished(1, 4, seconds=9_200 + 3_599),
        finished(2, 5, seconds=9_200 + 3_599 + 3_600),
        finished(2, 6, listener=1),
        event(Kind.LIKED, 2, listener=1, seconds=1),
    ]
    assert prepare(read(rows)).sessions.tolist() == [0, 0, 1, 2, 2, 3, 4, -1]


def test_likes_and_bans_hold_until_they_are_withdrawn():
    rows = [
        event(Kind.LIKED, 0),
        event(Kind.LIKED, 1),
        event(Kind.UNLIKED, 1, seconds=1),
        event(Kind.UNLIKED, 2),
        event(Kind.LIKED, 2, seconds=1),
        event(Kind.BANNED, 3),
        event(Kind.UNBANNED, 3, seconds=1),
        event(Kind.LIKED, 3, listener=1),
    ]
    assert histories(prepare(read(rows))) == {ADA: [(5, LIKED), (13, LIKED)], BOB: [(21, LIKED)]}


def test_of_a_banned_track_the_ban_is_all_that_is_left():
    rows = [
        finished(0, 0),
        event(Kind.LIKED, 0, seconds=1),
        event(Kind.BANNED, 0, seconds=2),
        finished(1, 1, seconds=3),
    ]
    rows += [finished(0, 2, listener=1)]
    prepared = prepare(read(rows))
    assert histories(prepared) == {ADA: [(5, -MOST), (8, FINISHED)], BOB: [(5, FINISHED)]}
    assert dropped(prepared) == {"plays of tracks banned since": 1, "likes of tracks banned since": 1}


def test_a_play_of_one_half_life_ago_counts_half_and_a_like_whole():
    day = timedelta(days=1).total_seconds()
    rows = [finished(0, 0), event(Kind.LIKED, 1), event(Kind.SKIPPED, 2, play=1, seconds=day, share=0.1)]
    rows += [finished(3, 2, seconds=2 * day)]
    prepared = prepare(read(rows), half_life=timedelta(days=1))
    (weights,) = histories(prepared).values()
    assert weights == [(5, FINISHED / 4), (8, LIKED), (13, EARLY_SKIP / 2), (21, FINISHED)]
    assert {weight for _, weight in histories(prepare(read(rows)))[ADA]} == {FINISHED, LIKED, EARLY_SKIP}


def test_a_track_on_repeat_counts_no_more_often_than_its_sum_grows():
    rows = [finished(0, play, seconds=100 * play) for play in range(REPEATS + 3)]
    rows += [finished(1, 90, seconds=3_000), finished(0, 91, seconds=3_100)]
    prepared = prepare(read(rows))
    assert [track for track, _ in histories(prepared)[ADA]] == [5] * REPEATS + [8, 5]
    assert dropped(prepared) == {"plays of a track on repeat": 3}
    assert REPEATS * FINISHED >= MOST


def test_more_in_an_hour_than_can_be_heard_is_nobodys_taste():
    """144 plays of 100 s are four hours: what two players can say of one hour. With one more, the hour goes."""
    an_hour = [finished(play % 4, play, seconds=play) for play in range(144)]
    assert dropped(prepare(read(an_hour))) == {}
    flood = [*an_hour, finished(0, 144, seconds=3_599), finished(1, 145, seconds=3_600), finished(1, 146, listener=1)]
    prepared = prepare(read(flood))
    assert histories(prepared) == {ADA: [(8, FINISHED)], BOB: [(8, FINISHED)]}
    assert dropped(prepared) == {"plays of more than can be heard": 145}


def test_hundreds_of_starts_in_an_hour_are_dropped_and_what_was_heard_stays():
    starts = [event(Kind.SKIPPED, play % 4, play=play, seconds=play, share=0.01) for play in range(STARTS_AN_HOUR)]
    assert dropped(prepare(read(starts))) == {}
    flood = [*starts, event(Kind.SKIPPED, 1, play=998, share=0.01), finished(2, 999)]
    prepared = prepare(read(flood))
    assert histories(prepared) == {ADA: [(13, FINISHED)]}
    assert dropped(prepared) == {"plays that only began, too many an hour": STARTS_AN_HOUR + 1}


def test_what_only_began_says_nothing():
    prepared = prepare(read([event(Kind.STARTED, 0, share=0.0)]))
    assert (prepared.listener_ids, prepared.track_ids.tolist()) == ([], [])
    assert dropped(prepared) == {"plays of which nothing was heard": 1}


@pytest.mark.parametrize("rows", [[], [event(Kind.LIKED, 0), event(Kind.UNLIKED, 0)]])
def test_nothing_stays_nothing(rows):
    prepared = prepare(read(rows))
    assert (len(prepared.histories), prepared.listener_ids, len(prepared.track_ids)) == (0, [], 0)
    assert len(prepared.interactions().with_preferences()) == 0


def test_the_weights_of_a_pair_are_added_up():
    rows = [finished(0, 0), finished(0, 1, seconds=1), event(Kind.LIKED, 3), finished(3, 2, listener=1)]
    found = prepare(read(rows)).interactions()
    assert (found.listener_ids, found.track_ids.tolist(), found.plays) == ([ADA, BOB], [5, 21], 4)
    assert list(zip(found.rows.tolist(), found.columns.tolist(), found.weights.tolist(), strict=True)) == [
        (0, 0, 2 * FINISHED),
        (0, 1, LIKED),
        (1, 1, FINISHED),
    ]


def test_who_and_what_without_a_preference_is_left_out():
    weights = np.array(
        [
            [1.0, -0.5, 0.0, 0.0],
            [-0.5, -0.5, 0.0, 0.0],  # preferred nothing
            [2.0, 0.0, -0.5, 3.0],
        ]
    )  # columns 1 and 2 were preferred by nobody
    rows, columns = np.nonzero(weights)
    all_of_them = Interactions(["a", "b", "c"], TRACKS, rows, columns, weights[rows, columns], plays=9)
    left = all_of_them.with_preferences()
    assert left.listener_ids == ["a", "c"]
    assert left.track_ids.tolist() == [5, 21]
    dense = np.zeros((2, 2))
    dense[left.rows, left.columns] = left.weights
    assert dense.tolist() == [[1.0, 0.0], [2.0, 3.0]]
    assert left.plays == 9
