import numpy as np
import pytest

from recommender.algorithms.spectral import Spectral
from recommender.histories import Histories


def random_histories(listeners: int, items: int) -> Histories:
    random = np.random.default_rng(2)
    return Histories.of([random.choice(items, random.integers(2, 8), replace=False) for _ in range(listeners)], items)


@pytest.mark.parametrize(("listeners", "items"), [(60, 25), (25, 60)])
def test_scores_are_those_of_the_projection_on_the_strongest_directions(listeners, items):
    """By a whole singular value decomposition of the normalised matrix, as the paper writes it down."""
    histories = random_histories(listeners, items)
    matrix = histories.seen().toarray().astype(float)
    people, degrees = matrix.sum(axis=1), np.maximum(matrix.sum(axis=0), 1)
    normal = matrix / np.sqrt(people)[:, None] / np.sqrt(degrees)
    basis = np.linalg.svd(normal)[2][:5]
    expected = (matrix / np.sqrt(degrees)) @ basis.T @ basis
    np.testing.assert_allclose(Spectral.fit(histories, factors=5).scores(histories), expected, atol=1e-5)


def test_two_groups_are_told_apart():
    histories = Histories.of([[0, 1, 2], [0, 1], [1, 2], [3, 4, 5], [3, 4], [4, 5]], 6)
    scores = Spectral.fit(histories, factors=2).scores(Histories.of([[0], [5]], 6))
    assert scores[0, 1] > 0.1
    assert scores[0, 3:] == pytest.approx(np.zeros(3), abs=1e-5)
    assert scores[1, :3] == pytest.approx(np.zeros(3), abs=1e-5)


def test_shares_add_up_to_the_score():
    histories = random_histories(30, 20)
    model = Spectral.fit(histories, factors=4)
    shares = model.shares(histories, item=7)
    np.testing.assert_allclose(np.asarray(shares.sum(axis=1)).ravel(), model.scores(histories)[:, 7], atol=1e-5)


def test_more_factors_than_there_are():
    histories = Histories.of([[0, 1], [1]], 3)
    assert Spectral.fit(histories, factors=64).basis.shape == (3, 2)
    assert Spectral.fit(Histories.of([[]], 3)).scores(Histories.of([[1]], 3)).tolist() == [[0, 0, 0]]


def test_saved_and_loaded(tmp_path):
    histories = random_histories(30, 20)
    model = Spectral.fit(histories, factors=4)
    model.save(tmp_path)
    np.testing.assert_array_equal(Spectral.load(tmp_path).scores(histories), model.scores(histories))


def test_no_factors():
    with pytest.raises(ValueError, match="factors have to be 1 or more, not 0"):
        Spectral.fit(random_histories(5, 20), factors=0)
