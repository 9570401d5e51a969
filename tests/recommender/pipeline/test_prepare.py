import numpy as np

from recommender.interactions import Interactions
from recommender.pipeline.prepare import prepare

TRACKS = np.array([5, 8, 13, 21])


def test_who_and_what_without_a_preference_is_left_out():
    weights = np.array(
        [
            [1.0, -0.5, 0.0, 0.0],
            [-0.5, -0.5, 0.0, 0.0],  # preferred nothing
            [2.0, 0.0, -0.5, 3.0],
        ]
    )  # columns 1 and 2 were preferred by nobody
    rows, columns = np.nonzero(weights)
    prepared = prepare(Interactions(["a", "b", "c"], TRACKS, rows, columns, weights[rows, columns], plays=9))
    assert prepared.listener_ids == ["a", "c"]
    assert prepared.track_ids.tolist() == [5, 21]
    dense = np.zeros((2, 2))
    dense[prepared.rows, prepared.columns] = prepared.weights
    assert dense.tolist() == [[1.0, 0.0], [2.0, 3.0]]
    assert prepared.plays == 9


def test_nothing_stays_nothing():
    nothing = np.zeros(0, dtype=np.int64)
    prepared = prepare(Interactions([], nothing, nothing, nothing, np.zeros(0), plays=0))
    assert (len(prepared), prepared.listener_ids, len(prepared.track_ids)) == (0, [], 0)
