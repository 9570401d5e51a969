import numpy as np
import pytest

from recommender.histories import Histories, joined


def test_lists_come_back_in_order():
    histories = Histories.of([[3, 1, 3], [], [0]], n_items=4)
    assert [one.tolist() for one in histories.lists()] == [[3, 1, 3], [], [0]]
    assert histories.rows.tolist() == [0, 0, 0, 2]
    assert len(histories) == 3


def test_seen_counts_a_repeat_once():
    histories = Histories.of([[3, 1, 3], [], [0]], n_items=4)
    assert histories.seen().toarray().tolist() == [[0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]]


def test_preferred_leaves_out_what_was_turned_away():
    histories = Histories(np.array([0, 1, 1, 2]), np.array([0, 3, 4]), np.array([1, 1, -2, 3], np.float32), 3)
    assert histories.preferred().toarray().tolist() == [[1, 0, 0], [0, 0, 1]]


def test_a_part_has_its_listeners_alone():
    part = Histories.of([[3, 1], [2], [0, 1]], n_items=4).part(1, 3)
    assert [one.tolist() for one in part.lists()] == [[2], [0, 1]]


def test_kept_items_leave_every_listener_there():
    histories = Histories.of([[3, 1], [2], [0, 1]], n_items=4)
    assert [one.tolist() for one in histories.kept(histories.items == 1).lists()] == [[1], [], [1]]


def test_joined_has_the_second_after_the_first():
    both = joined(Histories.of([[0], [1, 2]], 3), Histories.of([[4, 3], []], 5))
    assert [one.tolist() for one in both.lists()] == [[0, 4, 3], [1, 2]]
    assert both.n_items == 5
    with pytest.raises(ValueError, match="1 and of 2 listeners"):
        joined(Histories.of([[0]], 1), Histories.of([[0], []], 1))


def test_no_listeners():
    empty = Histories.of([], n_items=0)
    assert len(empty) == 0
    assert empty.seen().shape == (0, 0)


@pytest.mark.parametrize("item", [-1, 4])
def test_an_item_out_of_range(item):
    with pytest.raises(ValueError, match="items go from 0 to 3"):
        Histories.of([[0, item]], n_items=4)


def test_matrices_leave_the_histories_as_they_were():
    histories = Histories(np.array([2, 0, 2, 1]), np.array([0, 4]), np.array([1, 2, 5, -1], np.float32), 3)
    histories.seen(), histories.preferred()
    assert histories.items.tolist() == [2, 0, 2, 1]
    assert histories.weights.tolist() == [1, 2, 5, -1]
