"""Figures worked out by hand from the definitions."""

import numpy as np
import pytest

from recommender.evaluation.metrics import accuracy, beyond_accuracy
from recommender.histories import Histories

LOG = np.log2


def of_one(ranked: list[int], wanted: list[int], k: int) -> dict[str, float]:
    found = accuracy(np.array([ranked]), Histories.of([wanted], n_items=20), k)
    return {name: float(values[0]) for name, values in found.items()}


def test_hits_at_places_one_and_three_of_three_wanted():
    found = of_one([5, 9, 7, 8], [5, 7, 11], k=4)
    assert found == pytest.approx(
        {
            "recall": 2 / 3,
            "precision": 2 / 4,
            "ndcg": (1 + 1 / LOG(4)) / (1 + 1 / LOG(3) + 1 / LOG(4)),
            "map": (1 / 1 + 2 / 3) / 3,
            "mrr": 1.0,
            "hit_rate": 1.0,
        }
    )


def test_a_first_hit_at_place_two():
    found = of_one([9, 5], [5], k=2)
    assert found == pytest.approx(
        {"recall": 1, "precision": 0.5, "ndcg": 1 / LOG(3), "map": 0.5, "mrr": 0.5, "hit_rate": 1}
    )


def test_the_ideal_of_more_wanted_than_fit_is_a_full_list():
    found = of_one([1, 2], [1, 2, 3, 4], k=2)
    assert found["ndcg"] == found["map"] == found["precision"] == 1
    assert found["recall"] == 0.5


def test_a_cut_off_within_the_list():
    assert of_one([9, 5, 7], [5, 7], k=1)["hit_rate"] == 0
    assert of_one([9, 5, 7], [5, 7], k=2)["recall"] == 0.5


def test_nothing_offered_is_no_hit():
    """-1 stands for no item, also for the listener after one whose held-out item is the last of all."""
    truth = Histories.of([[19], [3]], n_items=20)
    found = accuracy(np.array([[-1, -1], [-1, 3]]), truth, 2)
    assert found["recall"].tolist() == [0, 1]
    assert found["mrr"].tolist() == [0, 0.5]


def test_a_listener_without_held_out_items_is_not_judged():
    found = accuracy(np.array([[0], [1]]), Histories.of([[], [1]], n_items=2), 1)
    for values in found.values():
        assert np.isnan(values[0])
        assert values[1] == 1


def test_what_is_beyond_accuracy():
    """Item 0 is known by all four listeners, 1 by two of them, 2 by one, 3 by nobody."""
    train = Histories.of([[0, 1], [0, 1], [0, 2], [0]], n_items=4)
    found = beyond_accuracy(np.array([[0, 1], [0, 1], [0, 1], [2, -1]]), train, 2)
    assert found["coverage"] == 3 / 3
    assert found["novelty"] == pytest.approx((3 * LOG(4 / 4) + 3 * LOG(4 / 2) + LOG(4 / 1)) / 7)
    # Items 0 and 1 have two listeners in common: cosine 2 / sqrt(4 * 2). A list of one is no list.
    assert found["diversity"] == pytest.approx(1 - 2 / np.sqrt(8))
    own = (4 * 4 + 2 * 2 + 1) / 7
    assert found["popularity_bias"] == pytest.approx((3 * 4 + 3 * 2 + 1) / 7 / own - 1)


def test_items_that_share_no_listener_are_as_far_apart_as_can_be():
    train = Histories.of([[0], [1]], n_items=3)
    assert beyond_accuracy(np.array([[0, 1]] * 2), train, 2)["diversity"] == 1
    assert beyond_accuracy(np.array([[0, 2]] * 2), train, 2)["diversity"] == 1
