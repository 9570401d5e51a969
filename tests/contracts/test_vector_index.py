"""What every vector index does, and how near the approximate one comes to the exact one."""

import numpy as np
import pytest

from recommender.vectors.annoy import AnnoyIndex
from recommender.vectors.base import description
from recommender.vectors.exact import ExactIndex
from recommender.vectors.recall import Truth

CORNERS = np.array([[1, 0], [1, 1], [0, 1], [-1, 0]], dtype=np.float32)
# With gaps, and far above the number of vectors.
IDS = np.array([5, 70, 800, 9_000_000])


@pytest.fixture(params=[ExactIndex, AnnoyIndex], ids=["exact", "annoy"])
def kind(request):
    return request.param


@pytest.fixture
def index(kind, tmp_path):
    kind.build(tmp_path, IDS, CORNERS)
    return kind.load(tmp_path)


@pytest.fixture(scope="module")
def clusters() -> np.ndarray:
    """2,000 vectors of 32 dimensions, of length 1, around 40 centres."""
    random = np.random.default_rng(11)
    centres = random.normal(size=(40, 32))
    vectors = centres[np.arange(2_000) % 40] + 0.3 * random.normal(size=(2_000, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_neighbours_by_cosine(index):
    """From (2, 0), the four lie at angles of 0, 45, 90 and 180 degrees."""
    ids, similarities = index.neighbours(np.array([2, 0], dtype=np.float32), 4)
    assert ids.tolist() == [5, 70, 800, 9_000_000]
    np.testing.assert_allclose(similarities, [1, np.sqrt(0.5), 0, -1], atol=1e-6)


def test_fewer_than_asked_for(index):
    ids, similarities = index.neighbours(np.array([0, 3], dtype=np.float32), 2)
    assert ids.tolist() == [800, 70]
    assert len(similarities) == 2


def test_more_than_there_are(index):
    assert len(index.neighbours(np.array([0, 1], dtype=np.float32), 100)[0]) == len(index) == 4


def test_a_vector_of_zeros_is_similar_to_nothing(index):
    _, similarities = index.neighbours(np.zeros(2, dtype=np.float32), 4)
    np.testing.assert_allclose(similarities, 0, atol=1e-6)


def test_vectors_by_id(index):
    found = index.vectors([9_000_000, 6, 5, 10_000_000, 0])
    assert sorted(found) == [5, 9_000_000]
    np.testing.assert_array_equal(found[5], [1, 0])
    np.testing.assert_array_equal(found[9_000_000], [-1, 0])


@pytest.mark.parametrize(
    ("ids", "vectors", "message"),
    [
        ([1, 2, 3], CORNERS, "as many ids as vectors"),
        ([], CORNERS[:0], "one at least"),
        ([1, 3, 2, 4], CORNERS, "ascend"),
        ([1, 2, 2, 4], CORNERS, "ascend"),
        ([1, 2, 3, 4], CORNERS * np.nan, "finite"),
    ],
)
def test_what_cannot_be_built(kind, tmp_path, ids, vectors, message):
    with pytest.raises(ValueError, match=message):
        kind.build(tmp_path, np.array(ids), vectors)


def test_built_twice_it_is_the_same(kind, tmp_path, clusters):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        kind.build(tmp_path / name, np.arange(len(clusters)), clusters)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_recall_on_clusters(kind, tmp_path, clusters):
    ids = np.arange(len(clusters)) * 3
    kind.build(tmp_path, ids, clusters)
    truth = Truth.of(ExactIndex(ids, clusters), ids[:200], clusters[:200], 10)
    assert truth.measure(kind.load(tmp_path)).recall >= 0.99


def test_a_longer_list_is_found_as_well(kind, tmp_path, clusters):
    ids = np.arange(len(clusters))
    kind.build(tmp_path, ids, clusters)
    truth = Truth.of(ExactIndex(ids, clusters), ids[:100], clusters[:100], 200)
    assert truth.measure(kind.load(tmp_path)).recall >= 0.99


def test_a_folder_says_what_it_holds(kind, tmp_path, clusters):
    kind.build(tmp_path, np.arange(len(clusters)), clusters)
    described = description(tmp_path)
    assert (described["kind"], described["vectors"], described["dimensions"]) == (kind.kind, 2_000, 32)
