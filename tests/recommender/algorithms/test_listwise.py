import numpy as np
import pytest

from recommender.algorithms.listwise import Listwise

LISTS, CANDIDATES = 400, 12


def agreeing(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Each list has one candidate whose two features have the same sign: no sum of the two tells it from the others."""
    random = np.random.default_rng(seed)
    sizes = random.uniform(0.5, 2.0, size=(LISTS, CANDIDATES, 2))
    first = random.choice([-1.0, 1.0], size=(LISTS, CANDIDATES))
    chosen = np.arange(CANDIDATES) == random.integers(CANDIDATES, size=(LISTS, 1))
    second = np.where(chosen, first, -first)
    return (sizes * np.stack([first, second], axis=-1)).astype(np.float32), chosen


@pytest.fixture(scope="module")
def network() -> Listwise:
    features, chosen = agreeing(seed=1)
    return Listwise.fit(features, chosen, np.ones_like(chosen))


def test_it_learns_what_no_weighted_sum_can_tell(network):
    features, chosen = agreeing(seed=2)
    assert (network(features).argmax(axis=1) == chosen.argmax(axis=1)).mean() > 0.95


def test_what_only_fills_a_row_up_teaches_nothing():
    features, chosen = agreeing(seed=1)
    real = np.ones_like(chosen)
    real[:, -2:] = False
    features[:, -2:] = 1e6
    chosen[~chosen[:, :-2].any(axis=1), 0] = True
    network = Listwise.fit(features, chosen, real, steps=5)
    changed = features.copy()
    changed[:, -2:] = -7.0
    again = Listwise.fit(changed, chosen, real, steps=5)
    np.testing.assert_array_equal(network(features[:, :-2]), again(features[:, :-2]))


def test_a_feature_that_never_differs_says_nothing():
    features, chosen = agreeing(seed=1)
    features[..., 1] = 3.0
    network = Listwise.fit(features, chosen, np.ones_like(chosen), steps=5)
    other = features.copy()
    other[..., 1] = 30.0
    np.testing.assert_array_equal(network(other), network(features))


def test_saved_and_loaded_it_scores_the_same(network, tmp_path):
    features, _ = agreeing(seed=2)
    network.save(tmp_path)
    np.testing.assert_array_equal(Listwise.load(tmp_path)(features), network(features))


def test_nothing_was_chosen():
    features, chosen = agreeing(seed=1)
    with pytest.raises(ValueError, match="no candidate was chosen"):
        Listwise.fit(features, np.zeros_like(chosen), np.ones_like(chosen))


def test_weights_that_are_not_finite(network):
    weights = network.weights | {"bias": network.weights["bias"] * np.nan}
    with pytest.raises(FloatingPointError, match="not finite"):
        Listwise(network.centre, network.scale, weights)
