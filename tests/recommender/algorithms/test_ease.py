import numpy as np
import pytest

from recommender.algorithms.ease import Ease
from recommender.histories import Histories


def by_the_paper(matrix: np.ndarray, l2: float) -> np.ndarray:
    """Each item's ridge regression on all others by itself, column by column: the closed form is a short cut to it."""
    items = matrix.shape[1]
    weights = np.zeros((items, items))
    for item in range(items):
        others = np.delete(np.arange(items), item)
        x = matrix[:, others]
        weights[others, item] = np.linalg.solve(x.T @ x + l2 * np.eye(items - 1), x.T @ matrix[:, item])
    return weights


def random_lists(listeners: int, items: int) -> list[list[int]]:
    random = np.random.default_rng(7)
    return [random.choice(items, random.integers(1, items // 2), replace=False).tolist() for _ in range(listeners)]


@pytest.mark.parametrize(("listeners", "items"), [(40, 12), (12, 40)], ids=["more listeners", "more items"])
def test_weights_are_those_of_a_ridge_regression_on_the_other_items(listeners, items):
    histories = Histories.of(random_lists(listeners, items), items)
    strangers = Histories.of([[0, 5], [], [11]], items)
    matrix = histories.preferred().toarray().astype(float)
    # What one listener has says nothing of what goes together, and is left out: a column of zeros.
    weights = by_the_paper(np.where(matrix.sum(axis=0) > 1, matrix, 0.0), l2=3.0)
    model = Ease.fit(histories, l2=3.0)
    np.testing.assert_allclose(model.scores(histories), matrix @ weights, atol=2e-5)
    np.testing.assert_allclose(model.scores(strangers), strangers.preferred().toarray() @ weights, atol=2e-5)


def test_an_item_that_nobody_has_is_never_first():
    scores = Ease.fit(Histories.of([[0, 1], [0, 1], [1, 2]], 5), l2=1.0).scores(Histories.of([[0]], 5))
    assert scores[0].argmax() == 1
    assert scores[0, 3] == scores[0, 4] == 0


def test_of_each_item_the_weights_that_say_most_are_kept():
    histories = Histories.of(random_lists(40, 12), 12)
    whole, few = (Ease.fit(histories, l2=3.0, kept=kept).weights.toarray() for kept in (12, 3))
    for item in range(12):
        largest = np.argsort(-np.abs(whole[item]))[:3]
        assert sorted(np.flatnonzero(few[item])) == sorted(largest)
        np.testing.assert_array_equal(few[item, largest], whole[item, largest])


def test_of_too_many_items_those_that_most_prefer_are_taken():
    histories = Histories.of([[0, 1, 2], [1, 2, 3], [1, 2, 4], [3, 4]], 5)
    model = Ease.fit(histories, l2=1.0, most=2)
    assert np.flatnonzero(model.known).tolist() == [1, 2]
    alone = Ease.fit(Histories.of([[1, 2], [1, 2], [1, 2], []], 5), l2=1.0)
    np.testing.assert_allclose(model.weights.toarray(), alone.weights.toarray(), atol=1e-6)


@pytest.mark.parametrize("limits", [{"kept": 0}, {"most": 0}])
def test_limits_that_leave_nothing(limits):
    with pytest.raises(ValueError, match="kept and most have to be 1 or more"):
        Ease.fit(Histories.of([[0]], 1), **limits)


def test_weights_that_are_not_finite_are_no_model(tmp_path):
    model = Ease.fit(Histories.of([[0, 1]] * 2, 2))
    model.weights.data[:] = np.nan
    model.save(tmp_path)
    with pytest.raises(FloatingPointError, match="ease has weights that are not finite"):
        Ease.load(tmp_path)


@pytest.mark.parametrize("l2", [0.0, -1.0, float("nan")])
def test_a_regularisation_that_is_none(l2):
    with pytest.raises(ValueError, match="l2 has to be above 0"):
        Ease.fit(Histories.of([[0]], 1), l2=l2)
