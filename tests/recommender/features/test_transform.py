import numpy as np
import pytest

from recommender.features.transform import Transform


@pytest.fixture
def matrix() -> np.ndarray:
    """Columns of very different scales, one of them constant, one a copy of another."""
    values = np.random.default_rng(3).normal(size=(500, 6)) * [1, 1e-3, 1e4, 1, 1, 1] + [0, 5, -1e4, 2, 0, 0]
    values[:, 3] = 2.0
    values[:, 5] = values[:, 0]
    return values.astype(np.float32)


def test_columns_are_standardised(matrix):
    standard = Transform.fit(matrix, version=1).standardise(matrix)
    varying = [0, 1, 2, 4, 5]
    np.testing.assert_allclose(standard[:, varying].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(standard[:, varying].std(axis=0), 1, rtol=1e-6)


def test_a_constant_column_says_nothing(matrix):
    transform = Transform.fit(matrix, version=1)
    other = matrix.copy()
    other[:, 3] = 1_000_000
    assert (transform.standardise(other)[:, 3] == 0).all()


def test_gaps_become_the_median():
    matrix = np.array([[1.0, 10.0], [2.0, np.nan], [4.0, 30.0], [9.0, np.inf], [3.0, 50.0]], dtype=np.float32)
    transform = Transform.fit(matrix, version=1)
    # The medians of 1, 2, 3, 4, 9 and of 10, 30, 50.
    np.testing.assert_array_equal(transform.median, [3.0, 30.0])
    gap, median = np.array([[np.nan, -np.inf]]), np.array([[3.0, 30.0]])
    np.testing.assert_array_equal(transform.standardise(gap), transform.standardise(median))


def test_a_column_of_nothing_but_gaps():
    matrix = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, np.nan]], dtype=np.float32)
    assert np.isfinite(Transform.fit(matrix, version=1)(matrix)).all()


def test_an_outlier_counts_as_five_robust_deviations():
    column = np.arange(-50, 51, dtype=np.float32)
    matrix = np.stack([column, column[::-1]], axis=1)
    transform = Transform.fit(matrix, version=1)
    # The median of the absolute deviations of -50 … 50 is 25.
    np.testing.assert_allclose(transform.upper, 5 * 1.4826 * 25, rtol=1e-6)
    far = np.array([[1e9, 0.0]])
    edge = np.array([[transform.upper[0], 0.0]])
    np.testing.assert_array_equal(transform.standardise(far), transform.standardise(edge))


def test_vectors_have_unit_length(matrix):
    vectors = Transform.fit(matrix, version=1)(matrix)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_a_copied_column_costs_no_dimension(matrix):
    """Six columns, one constant and one a copy: four dimensions keep all."""
    transform = Transform.fit(matrix, version=1, dimensions=4)
    assert transform.explained_variance == pytest.approx(1)
    assert transform(matrix).shape == (500, 4)


def test_explained_variance_of_independent_columns():
    """Five of ten independent columns of equal variance keep half of it."""
    matrix = np.random.default_rng(5).normal(size=(20_000, 10)).astype(np.float32)
    assert Transform.fit(matrix, version=1, dimensions=5).explained_variance == pytest.approx(0.5, abs=0.02)


def test_few_tracks_have_fewer_dimensions():
    matrix = np.random.default_rng(5).normal(size=(3, 518)).astype(np.float32)
    transform = Transform.fit(matrix, version=1)
    # Three points lie in a plane.
    assert transform(matrix).shape == (3, 2)
    assert transform.explained_variance == pytest.approx(1)


def test_tracks_that_are_all_the_same():
    matrix = np.ones((2, 518), dtype=np.float32)
    transform = Transform.fit(matrix, version=1)
    assert (transform(matrix) == 0).all()
    assert transform.explained_variance == 0


def test_one_track_is_too_few():
    with pytest.raises(ValueError, match="2 tracks or more, not 1"):
        Transform.fit(np.ones((1, 518), dtype=np.float32), version=1)


def test_saved_and_loaded_it_is_the_same(matrix, tmp_path):
    transform = Transform.fit(matrix, version=42)
    transform.save(tmp_path / "transform.npz")
    loaded = Transform.load(tmp_path / "transform.npz")
    assert loaded.version == 42
    assert loaded.explained_variance == transform.explained_variance
    np.testing.assert_array_equal(loaded(matrix), transform(matrix))
