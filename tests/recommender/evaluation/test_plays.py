"""What is held out of our own plays, on histories that can be counted by hand."""

import uuid

import numpy as np
import pytest

from recommender.algorithms.sequence import Sequence
from recommender.evaluation import plays
from recommender.evaluation.plays import NothingToHoldOut, held_out
from recommender.histories import Histories
from recommender.pipeline.prepare import Prepared


def prepared(*entries: tuple[int, int, int, float], tracks: int = 6) -> Prepared:
    """Of (listener, minute, track, weight), in order of listener and time."""
    columns = zip(*entries, strict=True) if entries else [()] * 4
    listeners, minutes, items, weights = map(list, columns)
    count = max(listeners, default=-1) + 1
    offsets = np.searchsorted(listeners, np.arange(count + 1))
    times = np.datetime64("2026-03-01T12:00", "us") + np.array(minutes, dtype="timedelta64[m]")
    histories = Histories(np.array(items, np.int64), offsets, np.array(weights, np.float32), tracks)
    ids = [uuid.UUID(int=number) for number in range(count)]
    return Prepared(ids, np.arange(tracks) + 100, histories, times, np.zeros(len(items), np.int64), len(items), {})


def test_the_last_share_by_time_is_to_be_found():
    held = held_out(prepared((0, 0, 0, 1), (0, 1, 1, 1), (0, 8, 2, 1), (1, 2, 3, 1), (1, 9, 4, 1)), share=0.4)
    assert held.at == np.datetime64("2026-03-01T12:08")
    assert [items.tolist() for items in held.given.lists()] == [[0, 1], [3]]
    assert [items.tolist() for items in held.truth.lists()] == [[2], [4]]
    assert held.listener_ids == [uuid.UUID(int=0), uuid.UUID(int=1)]


def test_what_cannot_be_foretold_is_left_out_and_counted():
    """Listener 0 hears track 0 again and turns track 1 away, 1 has no history before, and 2 finds something new."""
    held = held_out(
        prepared((0, 0, 0, 1), (0, 9, 0, 1), (0, 9, 1, -0.5), (1, 9, 2, 1), (2, 1, 3, 1), (2, 9, 4, 1)), share=0.5
    )
    assert held.listener_ids == [uuid.UUID(int=2)]
    assert held.truth.items.tolist() == [4]
    assert held.dropped == {
        "held-out tracks of listeners without a history before": 1,
        "held-out tracks heard before": 1,
    }
    # Everybody's past is learned from.
    assert [items.tolist() for items in held.train.histories.lists()] == [[0], [], [3]]


def test_no_more_than_so_many_listeners_are_judged():
    entries = [(number, minute, minute, 1) for number in range(10) for minute in (0, 5)]
    held = held_out(prepared(*entries), share=0.5, most=3)
    assert (len(held), held.dropped["listeners not drawn"]) == (3, 7)
    assert held.given.lengths.tolist() == [1, 1, 1]


@pytest.mark.parametrize("entries", [(), ((0, 0, 0, 1),), ((0, 0, 0, 1), (0, 9, 0, 1)), ((0, 0, 0, 1), (1, 9, 1, 1))])
def test_too_little_to_hold_out(entries):
    """Nothing; one play; one track; nobody with a history before."""
    with pytest.raises(NothingToHoldOut):
        held_out(prepared(*entries))


def test_sessions_go_with_their_plays():
    """Track 1 follows track 0 in one session; by the sessions alone does 3 not follow 2 as closely."""
    told = prepared((0, 0, 0, 1), (0, 1, 1, 1), (0, 2, 2, 1), (0, 9, 3, 1), (1, 0, 0, 1), (1, 1, 1, 1))
    told.sessions[:] = [0, 0, 1, 2, 3, 3]
    early = plays.kept(told, told.times < np.datetime64("2026-03-01T12:09"))
    assert early.sessions.tolist() == [0, 0, 1, 3, 3]
    assert isinstance(plays.fitted(Sequence, early), Sequence)
