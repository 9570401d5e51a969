import numpy as np
import pytest
from scipy import sparse

from recommender.algorithms.fold_in import fold_in, fold_in_all

ALPHA, REG = 7.0, 0.2


@pytest.fixture
def items():
    return np.random.default_rng(3).normal(size=(12, 4))


def closed_form(items: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Equation 4 of Hu, Koren and Volinsky with the full diagonal matrix of confidences, as Spark extends it."""
    confidence = np.diag(1 + ALPHA * np.abs(weights))
    preference = (weights > 0).astype(float)
    regularised = items.T @ confidence @ items + REG * preference.sum() * np.eye(items.shape[1])
    return np.linalg.solve(regularised, items.T @ confidence @ preference)


def folded(items: np.ndarray, weights: np.ndarray):
    said = np.flatnonzero(weights)
    return fold_in(items.T @ items, items[said], said, weights[said], alpha=ALPHA, reg_param=REG)


def test_a_listener_gets_the_factors_of_the_closed_form(items):
    weights = np.array([1, 0, 0, 3, 0, -0.5, 0, 0.2, 0, 0, -5, 0])
    assert folded(items, weights).factors == pytest.approx(closed_form(items, weights), rel=1e-5)


def test_the_shares_of_a_score_add_up_to_it(items):
    listener = folded(items, np.array([1, 0, 0, 3, 0, -0.5, 0, 0, 0, 0, 0, 0]))
    assert listener.preferred.tolist() == [0, 3]
    assert listener.shares(items).sum(axis=1) == pytest.approx(items @ listener.factors, rel=1e-4, abs=1e-6)


def test_a_track_like_the_preferred_one_owes_its_score_to_it():
    items = np.array([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1]])
    listener = folded(items, np.array([1.0, 1.0, 0.0]))
    assert listener.preferred[listener.shares(items[2:]).argmax()] == 0


@pytest.mark.parametrize("weights", [np.zeros(12), np.array([-1.0, -5.0] + [0.0] * 10)])
def test_who_preferred_nothing_has_factors_of_zero(items, weights):
    listener = folded(items, weights)
    assert not listener.factors.any()
    assert len(listener.preferred) == 0
    assert listener.evidence == np.abs(weights).sum()


def test_all_at_once_are_as_each_alone(monkeypatch):
    monkeypatch.setattr("recommender.algorithms.fold_in.BLOCK", 2)
    random = np.random.default_rng(8)
    factors = random.normal(size=(7, 3))
    gram = factors.T @ factors
    board = random.choice([0.0, -0.5, 1.0, 3.0], size=(5, 7))
    board[2] = 0.0
    board[3] = np.minimum(board[3], 0.0)  # somebody who only turned away
    found = fold_in_all(gram, factors, sparse.csr_matrix(board), alpha=2.0, reg_param=0.1)
    for row, weights in enumerate(board):
        said = np.flatnonzero(weights)
        alone = fold_in(gram, factors[said], said, weights[said], alpha=2.0, reg_param=0.1)
        np.testing.assert_allclose(found[row], alone.factors, atol=1e-6)
