import numpy as np
import pytest

from recommender.algorithms.neighbourhood import Neighbourhood
from recommender.histories import Histories

# Item 0 has three listeners, item 1 two, items 2 and 3 one each.
LISTS = [[0, 1], [0, 1, 2], [0, 3]]


@pytest.fixture
def around() -> Neighbourhood:
    return Neighbourhood(Histories.of(LISTS, 4).preferred())


def features(around: Neighbourhood, given: list[int], candidates: list[int]) -> np.ndarray:
    return around.features(Histories.of([given], 4).preferred(), np.array([candidates]))[0]


def test_popularity_and_the_mainstream(around):
    popular, mainstream, gap = features(around, [0], [2, 3])[:, :3].T
    assert popular == pytest.approx([np.log(2), np.log(2)])
    # Item 2 is of the second listener alone, item 3 of the third: means of log(1 + listeners) of what they have.
    levels = np.array([(np.log(4) + np.log(3) + np.log(2)) / 3, (np.log(4) + np.log(2)) / 2])
    assert mainstream == pytest.approx(levels)
    assert gap == pytest.approx(levels - np.log(4))


def test_likeness_is_the_cosine_of_who_has_two_items(around):
    highest, closest, total, how_many = features(around, [0, 1], [2, 3])[:, 3:7].T
    to_first, to_second = 1 / np.sqrt(3), 1 / np.sqrt(2)
    assert highest == pytest.approx([to_second, to_first])
    assert total == pytest.approx([to_first + to_second, to_first])
    assert closest == pytest.approx(total / 2)
    assert how_many.tolist() == [2, 1]


def test_neighbours_are_others_who_have_the_same_rare_items(around):
    """Item 0, which everybody has, makes nobody alike; the first listener, who is asked for, is not their own kin."""
    near = features(around, [0, 1], [1, 2, 3])[:, 7]
    assert near.tolist() == [1.0, 1.0, 0.0]


def test_who_heard_nothing_has_no_neighbours(around):
    found = features(around, [], [0, 1, 2, 3])
    assert np.isfinite(found).all()
    assert not found[:, 3:].any()
