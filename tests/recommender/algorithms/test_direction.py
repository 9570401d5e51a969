import numpy as np
import pytest

from recommender.algorithms.direction import Direction
from recommender.histories import Histories


def test_odds_of_neighbours():
    """1 came right after 0 twice and right before it once: log((2 + p) / (1 + p))."""
    histories = Histories.of([[0, 1], [0, 1], [1, 0]], 3)
    scores = Direction.fit(histories, window=1, decay=1.0, prior=0.5).scores(Histories.of([[2, 0], [1], []], 3))
    assert scores[0] == pytest.approx([0, np.log(2.5 / 1.5), 0])
    assert scores[1] == pytest.approx([np.log(1.5 / 2.5), 0, 0])
    assert scores[2].tolist() == [0, 0, 0]


def test_what_is_further_apart_counts_less():
    scores = Direction.fit(Histories.of([[0, 1, 2]], 3), window=2, decay=2.0, prior=1.0).scores(Histories.of([[0]], 3))
    assert scores[0, 1] == pytest.approx(np.log(2))
    assert scores[0, 2] == pytest.approx(np.log(1 + np.exp(-1 / 2)))


@pytest.mark.parametrize("params", [{"window": 0}, {"decay": 0.0}, {"prior": -1.0}])
def test_parameters_that_cannot_be(params):
    with pytest.raises(ValueError, match="window has to be 1 or more"):
        Direction.fit(Histories.of([[0, 1]], 2), **params)
