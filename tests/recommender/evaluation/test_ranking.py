import numpy as np
import pytest

from recommender.algorithms.scorer import Scorer
from recommender.evaluation.ranking import rank
from recommender.histories import Histories


class Given(Scorer):
    """Scores as they are written down, the same for every listener."""

    name = "given"

    def __init__(self, row: list[float]) -> None:
        self.row = np.array(row, dtype=np.float32)

    @classmethod
    def fit(cls, histories, **params):
        raise NotImplementedError

    def scores(self, histories):
        return np.tile(self.row, (len(histories), 1))

    def shares(self, histories, item):
        raise NotImplementedError

    def save(self, folder):
        raise NotImplementedError

    @classmethod
    def load(cls, folder):
        raise NotImplementedError


def test_the_best_first_without_what_was_heard():
    ranked = rank(Given([0.1, 0.9, 0.5, 0.7]), Histories.of([[1], [], [3, 3]], n_items=4), k=2)
    assert ranked.tolist() == [[3, 2], [1, 3], [1, 2]]


def test_of_equal_scores_the_first_item_first():
    ranked = rank(Given([0, 1, 0, 1, 0, 1]), Histories.of([[], [1]], n_items=6), k=4)
    assert ranked.tolist() == [[1, 3, 5, 0], [3, 5, 0, 2]]


def test_fewer_items_than_places():
    assert rank(Given([1, 2]), Histories.of([[0]], n_items=2), k=3).tolist() == [[1, -1, -1]]


def test_more_listeners_than_one_block():
    lists = [[number % 5] for number in range(1_300)]
    ranked = rank(Given([5, 4, 3, 2, 1]), Histories.of(lists, n_items=5), k=1)
    assert ranked[:, 0].tolist() == [1 if number % 5 == 0 else 0 for number in range(1_300)]


def test_what_is_not_offered_can_be_more_than_what_is_scored_from():
    histories = Histories.of([[0]], n_items=4)
    assert rank(Given([1, 2, 3, 4]), histories, k=1, masked=Histories.of([[0, 3]], n_items=4)).tolist() == [[2]]


def test_scores_that_are_not_numbers():
    with pytest.raises(FloatingPointError, match="given gave scores that are not numbers"):
        rank(Given([1, np.nan]), Histories.of([[]], n_items=2), k=1)
