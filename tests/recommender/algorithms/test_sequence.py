import numpy as np
import pytest

from recommender.algorithms import sequence
from recommender.algorithms.sequence import ACROSS, NO_SESSION, Sequence, followers
from recommender.histories import Histories


def best(model: Sequence, history: list[int], n_items: int) -> int:
    return int(model.scores(Histories.of([history], n_items))[0].argmax())


def test_what_follows_is_first_and_not_what_came_before():
    model = Sequence.fit(Histories.of([[0, 1, 2], [0, 1, 2], [3, 1, 2]], 4), window=1)
    assert best(model, [0], 4) == 1
    assert best(model, [1], 4) == 2
    assert not model.scores(Histories.of([[2]], 4)).any()


def test_pairs_count_by_distance_and_by_the_sessions_between():
    histories = Histories.of([[0, 1, 2], [2, 0]], 3)
    sessions = np.array([0, 0, 2, 5, 5])
    alone = followers(histories, None, 2, 3.0).toarray()
    near = np.exp(-1 / 3)
    np.testing.assert_allclose(alone, [[0, 1, near], [0, 0, 1], [1, 0, 0]], rtol=1e-6)
    apart = followers(histories, sessions, 2, 3.0).toarray()
    np.testing.assert_allclose(apart, [[0, 1, near * ACROSS**2], [0, 0, ACROSS**2], [1, 0, 0]], rtol=1e-6)


def test_a_window_of_any_width_counts_the_same_pairs(monkeypatch):
    random = np.random.default_rng(1)
    histories = Histories.of([random.integers(0, 6, length).tolist() for length in (0, 1, 9, 14)], 6)
    whole = followers(histories, None, 50, 4.0).toarray()
    monkeypatch.setattr(sequence, "CHUNK", 1)
    np.testing.assert_allclose(followers(histories, None, 50, 4.0).toarray(), whole, rtol=1e-6)
    by_hand = np.zeros((6, 6))
    for items in histories.lists():
        for place, before in enumerate(items):
            for apart, after in enumerate(items[place + 1 :], start=1):
                by_hand[before, after] += np.exp(-(apart - 1) / 4.0) * (before != after)
    np.testing.assert_allclose(whole, by_hand, rtol=1e-5)


def test_a_skip_counts_against_following_and_follows_nothing():
    lists = Histories.of([[0, 1, 2], [0, 1, 2]], 3)
    weights = np.array([1, 1, 1, 1, -1, 1], np.float32)
    model = Sequence.fit(Histories(lists.items, lists.offsets, weights, 3), window=1)
    # 1 followed 0 once and was turned away once; after it 2 counts only where it was enjoyed.
    assert not model.scores(Histories.of([[0]], 3)).any()
    assert best(model, [1], 3) == 2
    asked = Histories(np.array([1, 0]), np.array([0, 2]), np.array([1, -1], np.float32), 3)
    np.testing.assert_array_equal(model.scores(asked), model.scores(Histories.of([[1]], 3)))


def test_likes_are_no_part_of_a_session():
    histories = Histories.of([[0, 2, 1], [0, 1]], 3)
    sessions = np.array([0, NO_SESSION, 0, 4, 4])
    model = Sequence.fit(histories, sessions=sessions, window=1)
    assert best(model, [0], 3) == 1
    assert not model.known[2]


def test_what_was_heard_last_counts_most():
    model = Sequence.fit(Histories.of([[0, 1], [2, 3]] * 3, 4), window=1)
    assert best(model, [2, 0], 4) == 1
    assert best(model, [0, 2], 4) == 3


def test_an_item_that_follows_everything_gives_way_to_one_that_follows_this():
    lists = [[0, 9, 1]] * 3 + [[item, 9] for item in range(2, 9)] * 2
    assert best(Sequence.fit(Histories.of(lists, 10), damping=0.0), [0], 10) == 9
    assert best(Sequence.fit(Histories.of(lists, 10), damping=1.0), [0], 10) == 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"window": 0}, "window and recent have to be 1 or more, not 0"),
        ({"recent": 0}, "not 80 and 0"),
        ({"decay": 0.0}, "above 0, not 0.0"),
        ({"shrinkage": float("nan")}, "above 0, not 30.0, 5.0, nan"),
    ],
)
def test_a_parameter_that_cannot_be(params, message):
    with pytest.raises(ValueError, match=message):
        Sequence.fit(Histories.of([[0, 1]], 2), **params)
