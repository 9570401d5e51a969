"""Listeners whom the training has not seen, beside a training that has."""

import numpy as np
import pytest

from recommender.algorithms.crowd import Crowd
from recommender.algorithms.implicit_als import ImplicitAls
from recommender.histories import Histories

PARAMS = {"factors": 3, "l2": 0.02, "alpha": 0.1, "beta": 0.5, "iterations": 100}
ALPHA, L2 = PARAMS["alpha"], PARAMS["l2"]


@pytest.fixture
def histories():
    """Two groups of items, each of a half of the listeners."""
    chance = np.random.default_rng(2)
    heard = chance.random((20, 12)) < np.kron([[0.7, 0.1], [0.1, 0.7]], np.ones((10, 6)))
    return Histories.of([np.flatnonzero(row) for row in heard], 12)


def test_who_is_new_is_scored_nearer_to_a_training_with_them(histories):
    newcomer = Histories.of([[0, 1, 6]], 12)
    among_them = ImplicitAls.fit(Histories.of([*histories.lists(), [0, 1, 6]], 12), **PARAMS)
    model = ImplicitAls.fit(histories, **PARAMS)
    others = np.setdiff1d(np.arange(12), [0, 1, 6])
    wanted = among_them.scores(newcomer)[0, others]
    new, as_it_is = (
        np.corrcoef(scores(newcomer)[0, others], wanted)[0, 1] for scores in (model.scores_of_new, model.scores)
    )
    assert new > as_it_is


def solved(listeners: np.ndarray, heard: np.ndarray, common: float, n_listeners: int) -> np.ndarray:
    """An item's factors, whole, by the objective: heard pairs count 1 + α c and are wanted at 1 / (1 + α c) each."""
    unheard = ALPHA * common
    equation = unheard * listeners.T @ listeners + listeners[heard].T @ listeners[heard]
    equation += L2 * (heard.sum() + unheard * n_listeners) * np.eye(listeners.shape[1])
    return np.linalg.solve(equation, listeners[heard].sum(axis=0))


def test_items_that_all_or_none_had_are_drawn_as_if_solved_anew():
    """Where all listeners have an item alike, they are on average what they are, and nothing is approximated."""
    listeners, newcomer = np.random.default_rng(5).normal(size=(20, 3)), np.array([0.5, -1.0, 2.0])
    everybody, common = np.vstack([listeners, newcomer]), np.array([1.5, 0.5])
    had = [np.full(20, True), np.full(20, False)]
    before = np.stack([solved(listeners, one, c, 20) for one, c in zip(had, common, strict=True)])
    after = [solved(everybody, np.append(one, True), c, 20) for one, c in zip(had, common, strict=True)]
    model = ImplicitAls(before, common, alpha=ALPHA, l2=L2, crowd=Crowd.of(listeners, np.array([20, 0]), 1.0))
    np.testing.assert_allclose(model._drawn(np.array([0, 1]), newcomer), after, rtol=1e-9)


def test_without_its_crowd_whoever_is_new_is_scored_as_anybody(histories, tmp_path):
    model = ImplicitAls.fit(histories, **PARAMS)
    model.save(tmp_path)
    np.testing.assert_array_equal(ImplicitAls.load(tmp_path).scores_of_new(histories), model.scores_of_new(histories))
    alone = ImplicitAls(model.items, model.commonness, alpha=ALPHA, l2=L2)
    np.testing.assert_array_equal(alone.scores_of_new(histories), alone.scores(histories))


def test_who_heard_nothing_is_offered_nothing(histories):
    nobody = Histories.of([[]], 12)
    assert not ImplicitAls.fit(histories, **PARAMS).scores_of_new(nobody).any()
