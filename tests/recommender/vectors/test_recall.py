import numpy as np
import pytest

from recommender.vectors.exact import ExactIndex
from recommender.vectors.recall import Truth


def circle(degrees: list[float]) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


# An arc: of two nearest others, each has the next on either side; the ends have the next two.
IDS = np.array([10, 20, 30, 40, 50])
ARC = circle([0, 10, 21, 33, 46])
ORACLE = ExactIndex(IDS, ARC)


def test_the_query_itself_is_not_its_neighbour():
    truth = Truth.of(ORACLE, IDS[:1], ARC[:1], 2)
    assert truth.least == pytest.approx([np.cos(np.radians(21))], abs=1e-6)


def test_exact_search_finds_all():
    assert Truth.of(ORACLE, IDS, ARC, 2).measure(ORACLE).recall == 1


def test_neighbours_further_away_than_the_true_ones_do_not_count():
    """Without 20 and 30, 10 finds 40 and 50 in their place, and 50 finds 40 and, instead of 30, 10."""
    lacking = ExactIndex(IDS[[0, 3, 4]], ARC[[0, 3, 4]])
    assert Truth.of(ORACLE, IDS[[0, 4]], ARC[[0, 4]], 2).measure(lacking).recall == pytest.approx((0 + 1) / 4)


def test_equally_near_neighbours_are_equally_right():
    """Of the same recording three times, each is as right a neighbour of a fourth as another."""
    ids, same = np.arange(4), np.repeat(ARC[:1], 4, axis=0)
    truth = Truth.of(ExactIndex(ids, same), ids[:1], same[:1], 1)
    assert truth.measure(ExactIndex(ids[[0, 3]], same[[0, 3]])).recall == 1


def test_all_others_are_the_truth_where_fewer_are_there():
    truth = Truth.of(ORACLE, IDS, ARC, 10)
    measured = truth.measure(ORACLE)
    assert measured.recall == 1
    assert measured.milliseconds.shape == (5,)
    assert measured.percentile(50) <= measured.percentile(99)
