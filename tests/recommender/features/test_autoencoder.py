import subprocess
import sys

import numpy as np
import pytest

from musicapp.environment import PROJECT
from recommender.features.autoencoder import Autoencoder

GROUPS, WIDTH = 6, 40


@pytest.fixture(scope="module")
def bent() -> tuple[np.ndarray, np.ndarray]:
    """Standardised features (600, 40) that follow from 3 hidden numbers, not linearly; and each row's group."""
    random = np.random.default_rng(3)
    groups = random.integers(GROUPS, size=600)
    hidden = random.normal(size=(GROUPS, 3))[groups] + 0.1 * random.normal(size=(600, 3))
    rows = np.tanh(2 * hidden @ random.normal(size=(3, WIDTH))) + 0.05 * random.normal(size=(600, WIDTH))
    return ((rows - rows.mean(axis=0)) / rows.std(axis=0)).astype(np.float32), groups


@pytest.fixture(scope="module")
def trained(bent) -> Autoencoder:
    return Autoencoder.fit(bent[0], latent=4, epochs=60)


def test_the_nearest_in_the_latent_space_is_of_the_same_group(bent, trained):
    rows, groups = bent
    vectors = trained(rows)
    assert vectors.shape == (600, 4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    assert (groups[likeness.argmax(axis=1)] == groups).mean() > 0.95


def test_what_it_tells_of_tracks_that_it_was_not_fitted_on(trained):
    """Three numbers lie behind forty columns: four latent ones give most of them back, and never more than all."""
    assert 0.7 < trained.explained_variance < 1


def test_the_same_seed_gives_the_same_vectors(bent):
    rows = bent[0][:64]
    first, second = (Autoencoder.fit(rows, latent=4, epochs=2)(rows) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_saved_and_loaded_without_jax(bent, trained, tmp_path):
    """A web process applies what a training made; it need not load JAX for that."""
    trained.save(tmp_path / "a.npz")
    np.save(tmp_path / "rows.npy", bent[0])
    code = """
import sys, pathlib, numpy
from recommender.features.autoencoder import Autoencoder
folder = pathlib.Path(sys.argv[1])
numpy.save(folder / "vectors.npy", Autoencoder.load(folder / "a.npz")(numpy.load(folder / "rows.npy")))
assert "jax" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code, tmp_path], cwd=PROJECT, check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy"), trained(bent[0]))


def test_two_tracks_are_enough_and_one_is_not():
    rows = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]], dtype=np.float32)
    assert np.isfinite(Autoencoder.fit(rows, latent=2, epochs=2)(rows)).all()
    with pytest.raises(ValueError, match="2 tracks or more, not 1"):
        Autoencoder.fit(rows[:1])


def test_values_that_are_not_finite_are_no_model():
    rows = np.zeros((8, 3), dtype=np.float32)
    rows[3] = np.inf
    with pytest.raises(FloatingPointError, match="not finite"):
        Autoencoder.fit(rows, latent=2, epochs=1)
