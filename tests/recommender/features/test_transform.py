import json

import numpy as np
import pytest

from recommender.features.columns import digest
from recommender.features.origin import Origin
from recommender.features.transform import BLOCK, SAMPLED, Transform, TransformMismatch

ORIGIN = Origin.now(42, "fma", np.arange(500))


@pytest.fixture
def matrix() -> np.ndarray:
    """Columns of very different scales, one of them constant, one a copy of another."""
    values = np.random.default_rng(3).normal(size=(500, 6)) * [1, 1e-3, 1e4, 1, 1, 1] + [0, 5, -1e4, 2, 0, 0]
    values[:, 3] = 2.0
    values[:, 5] = values[:, 0]
    return values.astype(np.float32)


def test_columns_are_standardised(matrix):
    standard = Transform.fit(matrix, origin=ORIGIN).standardise(matrix)
    varying = [0, 1, 2, 4, 5]
    np.testing.assert_allclose(standard[:, varying].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(standard[:, varying].std(axis=0), 1, rtol=1e-6)


def test_a_constant_column_says_nothing(matrix):
    transform = Transform.fit(matrix, origin=ORIGIN)
    other = matrix.copy()
    other[:, 3] = 1_000_000
    assert (transform.standardise(other)[:, 3] == 0).all()


def test_gaps_become_the_median():
    matrix = np.array([[1.0, 10.0], [2.0, np.nan], [4.0, 30.0], [9.0, np.inf], [3.0, 50.0]], dtype=np.float32)
    transform = Transform.fit(matrix, origin=ORIGIN)
    # The medians of 1, 2, 3, 4, 9 and of 10, 30, 50.
    np.testing.assert_array_equal(transform.median, [3.0, 30.0])
    gap, median = np.array([[np.nan, -np.inf]]), np.array([[3.0, 30.0]])
    np.testing.assert_array_equal(transform.standardise(gap), transform.standardise(median))


def test_a_column_of_nothing_but_gaps():
    matrix = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, np.nan]], dtype=np.float32)
    assert np.isfinite(Transform.fit(matrix, origin=ORIGIN)(matrix)).all()


def test_an_outlier_counts_as_five_robust_deviations():
    column = np.arange(-50, 51, dtype=np.float32)
    matrix = np.stack([column, column[::-1]], axis=1)
    transform = Transform.fit(matrix, origin=ORIGIN)
    # The median of the absolute deviations of -50 … 50 is 25.
    np.testing.assert_allclose(transform.upper, 5 * 1.4826 * 25, rtol=1e-6)
    far = np.array([[1e9, 0.0]])
    edge = np.array([[transform.upper[0], 0.0]])
    np.testing.assert_array_equal(transform.standardise(far), transform.standardise(edge))


def test_vectors_have_unit_length(matrix):
    vectors = Transform.fit(matrix, origin=ORIGIN)(matrix)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_a_copied_column_costs_no_dimension(matrix):
    """Six columns, one constant and one a copy: four dimensions keep all."""
    transform = Transform.fit(matrix, origin=ORIGIN)
    assert transform.explained_variance == pytest.approx(1)
    assert transform(matrix).shape == (500, 4)


def test_explained_variance_of_independent_columns():
    """Five of ten independent columns of equal variance keep half of it."""
    matrix = np.random.default_rng(5).normal(size=(20_000, 10)).astype(np.float32)
    assert Transform.fit(matrix, origin=ORIGIN, most=5).explained_variance == pytest.approx(0.5, abs=0.02)


def test_few_tracks_have_fewer_dimensions():
    matrix = np.random.default_rng(5).normal(size=(3, 518)).astype(np.float32)
    transform = Transform.fit(matrix, origin=ORIGIN)
    # Three points lie in a plane.
    assert transform(matrix).shape == (3, 2)
    assert transform.explained_variance == pytest.approx(1)


def test_tracks_that_are_all_the_same():
    matrix = np.ones((2, 518), dtype=np.float32)
    transform = Transform.fit(matrix, origin=ORIGIN)
    assert (transform(matrix) == 0).all()
    assert transform.explained_variance == 0


def test_one_track_is_too_few():
    with pytest.raises(ValueError, match="2 tracks or more, not 1"):
        Transform.fit(np.ones((1, 518), dtype=np.float32), origin=ORIGIN)


def test_components_that_keep_next_to_nothing_are_left_out():
    """Of variances 1, 1 and 0.01, standardised as a copy of the first with a little noise, the last is noise."""
    values = np.random.default_rng(6).normal(size=(10_000, 3))
    values[:, 2] = values[:, 0] + 0.01 * values[:, 2]
    transform = Transform.fit(values, origin=ORIGIN)
    # Two columns that are one, and one by itself.
    np.testing.assert_allclose(transform.variances, [2 / 3, 1 / 3], atol=0.01)


def test_no_more_dimensions_than_wanted_and_those_with_the_most_variance():
    matrix = np.random.default_rng(5).normal(size=(2_000, 100)).astype(np.float32)
    matrix[:, 70:] = matrix[:, :1]
    transform = Transform.fit(matrix, origin=ORIGIN, most=20)
    assert transform.dimensions == 20
    # 31 of 100 columns are the same one.
    assert transform.variances[0] == pytest.approx(0.31, abs=0.01)
    assert (np.diff(transform.variances) <= 0).all()


def test_a_matrix_longer_than_a_block_and_a_sample():
    """Means, deviations and covariances are those of all rows, as numpy has them of the whole."""
    count = SAMPLED + 2 * BLOCK + 77
    random = np.random.default_rng(8)
    matrix = (random.normal(size=(count, 4)) @ random.normal(size=(4, 4)) + 1_000).astype(np.float32)
    transform = Transform.fit(matrix, origin=ORIGIN)
    standard = transform.standardise(matrix)
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(standard.std(axis=0), 1, rtol=1e-9)
    expected = np.sort(np.linalg.eigvalsh(np.corrcoef(standard.T)))[::-1] / 4
    np.testing.assert_allclose(transform.variances, expected[: transform.dimensions], rtol=1e-6)
    one_by_one = np.concatenate([transform(matrix[place : place + 1]) for place in (0, BLOCK, count - 1)])
    np.testing.assert_allclose(transform(matrix)[[0, BLOCK, count - 1]], one_by_one, atol=1e-6)


def test_heavy_outliers_do_not_move_the_rest():
    """One value in a thousand is 1e30: the others stay apart as before."""
    clean = np.random.default_rng(9).normal(size=(5_000, 6)).astype(np.float32)
    spoilt = clean.copy()
    spoilt[::1_000] = 1e30
    kept = np.arange(5_000) % 1_000 != 0
    before, after = (Transform.fit(matrix, origin=ORIGIN).standardise(matrix)[kept] for matrix in (clean, spoilt))
    np.testing.assert_allclose(after, before, atol=0.1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_gaps_in_every_row_and_a_column_of_nothing_else(bad):
    matrix = np.random.default_rng(2).normal(size=(200, 8)).astype(np.float32)
    matrix[np.arange(200), np.arange(200) % 7] = bad
    matrix[:, 7] = bad
    transform = Transform.fit(matrix, origin=ORIGIN)
    vectors = transform(matrix)
    assert np.isfinite(vectors).all()
    assert transform.dimensions == 7
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_the_largest_values_that_there_are():
    """Half the tracks at either end of float32: twice as far apart as it can say."""
    most = np.finfo(np.float32).max
    matrix = np.where(np.arange(50)[:, None] % 2, most, -most).astype(np.float32) * np.ones((1, 3), dtype=np.float32)
    vectors = Transform.fit(matrix, origin=ORIGIN)(matrix)
    assert vectors[0] @ vectors[1] == pytest.approx(-1)


def test_saved_and_loaded_it_is_the_same(matrix, tmp_path):
    transform = Transform.fit(matrix, origin=ORIGIN)
    transform.save(tmp_path)
    loaded = Transform.load(tmp_path, "fma")
    assert loaded.origin == ORIGIN
    assert loaded.explained_variance == transform.explained_variance
    np.testing.assert_array_equal(loaded(matrix), transform(matrix))


def test_its_file_says_what_it_was_fitted_on(matrix, tmp_path):
    transform = Transform.fit(matrix, origin=ORIGIN)
    transform.save(tmp_path)
    described = json.loads((tmp_path / "transform.json").read_text())
    assert (described["version"], described["family"], described["tracks"]) == (42, "fma", 500)
    assert described["columns"] == digest("fma")
    assert described["track_ids"] != Origin.now(42, "fma", np.arange(1, 501)).track_ids
    assert described["dimensions"] == 4
    assert sum(described["explained_variance"]) == pytest.approx(1, abs=1e-5)


def change_family(described: dict) -> None:
    described["family"] = "echonest"


def change_columns(described: dict) -> None:
    described["columns"] = "0123456789abcdef"


def drop_the_version(described: dict) -> None:
    del described["version"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_family, "was fitted on echonest features, and fma ones are asked for; train anew"),
        (change_columns, rf"other columns of fma \(0123456789abcdef\) than today's \({digest('fma')}\); train anew"),
        (drop_the_version, "'version' is missing.*train anew"),
    ],
)
def test_a_transform_of_other_features_is_refused(matrix, tmp_path, change, message):
    Transform.fit(matrix, origin=ORIGIN).save(tmp_path)
    file = tmp_path / "transform.json"
    described = json.loads(file.read_text())
    change(described)
    file.write_text(json.dumps(described))
    with pytest.raises(TransformMismatch, match=message):
        Transform.load(tmp_path, "fma")


def test_a_folder_without_a_transform(tmp_path):
    with pytest.raises(TransformMismatch, match="no transform of this version is here.*train anew"):
        Transform.load(tmp_path, "fma")
