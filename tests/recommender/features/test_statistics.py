import numpy as np
from scipy import stats

from recommender.features.columns import STATISTICS
from recommender.features.statistics import summarise


def test_agrees_with_numpy_and_scipy():
    values = np.random.default_rng(7).gamma(2.0, size=(3, 400))
    found = dict(zip(STATISTICS, summarise(values), strict=True))
    np.testing.assert_allclose(found["mean"], np.mean(values, axis=1))
    np.testing.assert_allclose(found["std"], np.std(values, axis=1))
    np.testing.assert_allclose(found["skew"], stats.skew(values, axis=1))
    np.testing.assert_allclose(found["kurtosis"], stats.kurtosis(values, axis=1))
    np.testing.assert_allclose(found["median"], np.median(values, axis=1))
    np.testing.assert_allclose(found["min"], np.min(values, axis=1))
    np.testing.assert_allclose(found["max"], np.max(values, axis=1))


def test_a_coin_has_the_moments_of_a_bernoulli_variable():
    """One 1 in four: mean p, variance pq, skewness (q - p) / sqrt(pq), kurtosis (1 - 6pq) / pq."""
    found = dict(zip(STATISTICS, summarise(np.array([[0.0, 0.0, 0.0, 1.0]])), strict=True))
    variance = 3 / 16
    assert found["mean"] == 0.25
    np.testing.assert_allclose(found["std"], np.sqrt(variance))
    np.testing.assert_allclose(found["skew"], 0.5 / np.sqrt(variance))
    np.testing.assert_allclose(found["kurtosis"], (1 - 6 * variance) / variance)


def test_a_constant_has_neither_skewness_nor_kurtosis():
    # 0.1 is not exact in binary, so that the mean of many of them is not exactly 0.1.
    found = dict(zip(STATISTICS, summarise(np.full((2, 1_000), 0.1, dtype=np.float32)), strict=True))
    assert list(found["skew"]) == [0, 0]
    assert list(found["kurtosis"]) == [0, 0]
    np.testing.assert_allclose(found["std"], 0, atol=1e-12)
