"""Items drawn by a listener who was not there when they were learned, beside solving their equations with them."""

import numpy as np
import pytest

from recommender.algorithms.crowd import Crowd
from recommender.algorithms.fold_in import fold_in

ALPHA, REG, RANK = 3.0, 0.5, 3
CONFIDENCE = {"alpha": ALPHA, "reg_param": REG}


@pytest.fixture
def listeners():
    return np.random.default_rng(5).normal(size=(20, RANK))


def solved(listeners: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """An item's factors, whole, as ALS has them: of all listeners, and the weights (above 0, or 0 for none) of each."""
    equation = listeners.T @ listeners + (listeners.T * ALPHA * weights) @ listeners
    equation += REG * (weights > 0).sum() * np.eye(RANK)
    return np.linalg.solve(equation, listeners.T @ ((1 + ALPHA * weights) * (weights > 0)))


def test_items_that_all_or_none_had_are_drawn_as_if_solved_anew(listeners):
    """Where all n listeners have an item alike, they are on average what they are, and nothing is approximated."""
    newcomer, own = np.array([0.5, -1.0, 2.0]), np.array([1.5, 2.0])
    before = np.stack([solved(listeners, np.full(20, 2.0)), np.zeros(RANK)])
    everybody = np.vstack([listeners, newcomer])
    after = [
        solved(everybody, np.append(np.full(20, was), weight)) for was, weight in zip((2.0, 0.0), own, strict=True)
    ]
    crowd = Crowd.of(listeners, np.array([20, 0]), 2.0)
    np.testing.assert_allclose(crowd.drawn(before, own, newcomer, ALPHA, REG), after, rtol=1e-9)


def test_an_item_of_few_is_drawn_further_than_one_of_many(listeners):
    weights = np.zeros((2, 20))
    weights[0, :2], weights[1, :] = 1.0, 1.0
    before = np.stack([solved(listeners, row) for row in weights])
    newcomer = np.array([1.0, 1.0, -1.0])
    drawn = Crowd.of(listeners, np.array([2, 20]), 1.0).drawn(before, np.ones(2), newcomer, ALPHA, REG)
    gained = (drawn - before) @ newcomer
    assert gained[0] > gained[1] > 0


def test_folded_in_is_nearer_to_solving_everything_with_the_listener():
    """Two groups of items, each of a half of the listeners; the new one has a few of each."""
    chance = np.random.default_rng(2)
    weights = (chance.random((20, 12)) < np.kron([[0.7, 0.1], [0.1, 0.7]], np.ones((10, 6)))).astype(float)
    newcomer = np.zeros(12)
    newcomer[[0, 1, 6]] = 1.0

    def alternated(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        items = np.random.default_rng(3).normal(size=(rows.shape[1], RANK))
        for _ in range(200):
            people = np.stack([solved(items, row) for row in rows])
            items = np.stack([solved(people, column) for column in rows.T])
        return np.stack([solved(items, row) for row in rows]), items

    people, items = alternated(weights)
    everybody, among_them = alternated(np.vstack([weights, newcomer]))
    wanted = among_them @ everybody[-1]
    crowd = Crowd.of(people, weights.sum(axis=0), 1.0)
    had = np.flatnonzero(newcomer)
    given = items.T @ items, items[had], had, newcomer[had]
    folded = [items @ fold_in(*given, **CONFIDENCE, crowd=one).factors for one in (crowd.part(had), None)]
    # How far up or down all scores are says nothing of their order.
    drawn, as_they_are = (np.corrcoef(scores[newcomer == 0], wanted[newcomer == 0])[0, 1] for scores in folded)
    assert drawn > as_they_are


def test_who_turned_everything_away_draws_nothing(listeners):
    crowd = Crowd.of(listeners, np.array([3, 4]), 1.0)
    items = np.ones((2, RANK))
    folded = fold_in(items.T @ items, items, np.arange(2), -np.ones(2), alpha=ALPHA, reg_param=REG, crowd=crowd)
    assert not folded.factors.any()


def test_saved_and_loaded_it_is_the_same_and_may_be_missing(listeners, tmp_path):
    assert Crowd.load(tmp_path) is None
    crowd = Crowd.of(listeners, np.array([3, 4]), 1.5)
    crowd.save(tmp_path)
    loaded = Crowd.load(tmp_path)
    assert (loaded.listeners, loaded.weight) == (20, 1.5)
    for name in ("strengths", "directions", "likers"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(crowd, name))
