"""What every scorer promises, whatever it has learned."""

import inspect
from functools import partial

import numpy as np
import pytest

from recommender.algorithms.blend import Blend
from recommender.algorithms.cosine_softmax import CosineSoftmax
from recommender.algorithms.ease import Ease
from recommender.algorithms.factorisation import Factorisation
from recommender.algorithms.graph_filter import GraphFilter
from recommender.algorithms.implicit_als import ImplicitAls
from recommender.algorithms.likeness import BY_FEATURES
from recommender.algorithms.most_popular import MostPopular
from recommender.algorithms.next_item import NextItem
from recommender.algorithms.registry import SCORERS
from recommender.algorithms.reranked import Reranked
from recommender.algorithms.scorer import Scorer, summed
from recommender.algorithms.sequence import Sequence
from recommender.algorithms.spectral import Spectral
from recommender.histories import Histories

N_ITEMS = 9
PARTS = {part.name: part.fit for part in (Ease, Sequence, MostPopular)}


# Nobody has analysed item 8.
VECTORS = np.vstack([np.eye(4, dtype=np.float32)[np.arange(N_ITEMS - 1) % 4], np.full((1, 4), np.nan, np.float32)])


def fit_als(histories: Histories) -> Factorisation:
    return Factorisation.fit(histories, rank=3, iterations=2)


FITS = {
    "popularity": MostPopular.fit,
    "ease": Ease.fit,
    "graph-filter": GraphFilter.fit,
    "spectral": lambda histories: Spectral.fit(histories, factors=3),
    "ials": lambda histories: ImplicitAls.fit(histories, factors=3),
    "softmax": lambda histories: CosineSoftmax.fit(histories, factors=3, steps=5),
    "next-item": NextItem.fit,
    "reranked": lambda histories: Reranked.fit(histories, steps=5),
    "sequence": Sequence.fit,
    "blend": lambda histories: Blend.fit(histories, parts=PARTS),
    "als": fit_als,
    **{name: partial(kind.fit, vectors=VECTORS) for name, kind in BY_FEATURES.items()},
}


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.spark] if name == "als" else []) for name in FITS])
def fit(request):
    if request.param == "als":
        request.getfixturevalue("spark_session")
    return FITS[request.param]


@pytest.fixture
def histories() -> Histories:
    """Out of order and with repeats; item 7 was turned away, and nobody knows item 8."""
    lists = Histories.of([[3, 1, 2, 3], [1, 0, 2], [4, 6, 5, 1], [6, 4, 5], [2, 1, 0, 3, 7]], N_ITEMS)
    weights = np.where(lists.items == 7, -0.5, np.linspace(0.5, 2, len(lists.items))).astype(np.float32)
    return Histories(lists.items, lists.offsets, weights, N_ITEMS)


@pytest.fixture
def strangers() -> Histories:
    """Somebody new, somebody who heard nothing, who heard everything, and who heard only what nobody else did."""
    return Histories.of([[1, 3], [], list(range(N_ITEMS)), [8]], N_ITEMS)


def test_each_has_a_name_of_its_own():
    assert [scorer.name for scorer in SCORERS.values()] == list(SCORERS)
    assert set(FITS) == set(SCORERS)


@pytest.mark.parametrize("scorer", SCORERS.values(), ids=list(SCORERS))
def test_what_can_be_tuned_is_what_fit_takes(scorer: type[Scorer]):
    parameters = inspect.signature(scorer.fit).parameters
    for name, space in scorer.PARAMS.items():
        assert space.low <= parameters[name].default <= space.high
        assert not space.log or space.low > 0


def test_scores_are_one_a_listener_and_item_and_finite(fit, histories, strangers):
    for asked in (histories, strangers):
        scores = fit(histories).scores(asked)
        assert (scores.dtype, scores.shape) == (np.float32, (len(asked), N_ITEMS))
        assert np.isfinite(scores).all()


def test_the_same_histories_give_the_same_scores_and_stay_as_they_are(fit, histories, strangers):
    items, weights = histories.items.copy(), histories.weights.copy()
    first, second = (fit(histories).scores(strangers) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(histories.items, items)
    np.testing.assert_array_equal(histories.weights, weights)


def test_saved_and_loaded_it_scores_the_same(fit, histories, strangers, tmp_path):
    model = fit(histories)
    model.save(tmp_path)
    loaded = type(model).load(tmp_path)
    np.testing.assert_array_equal(loaded.scores(strangers), model.scores(strangers))
    np.testing.assert_array_equal(loaded.shares(strangers, 2).toarray(), model.shares(strangers, 2).toarray())


@pytest.mark.parametrize("name", ["ease", "sequence", pytest.param("als", marks=pytest.mark.spark)])
def test_a_score_is_the_sum_of_what_each_item_of_the_history_adds(name, histories, strangers, request):
    if name == "als":
        request.getfixturevalue("spark_session")
    model = FITS[name](histories)
    for item in range(N_ITEMS):
        shares = model.shares(strangers, item)
        assert shares.shape == (len(strangers), N_ITEMS)
        np.testing.assert_allclose(shares.toarray().sum(axis=1), model.scores(strangers)[:, item], atol=1e-5)


@pytest.mark.parametrize(
    "name", ["popularity", "ease", "sequence", "content", pytest.param("als", marks=pytest.mark.spark)]
)
def test_what_is_not_known_scores_nothing_and_says_nothing(name, histories, request):
    if name == "als":
        request.getfixturevalue("spark_session")
    model = FITS[name](histories)
    assert not model.known[8]
    assert not model.scores(histories)[:, 8].any()
    alone = model.scores(Histories.of([[8]], N_ITEMS))
    np.testing.assert_array_equal(alone, model.scores(Histories.of([[]], N_ITEMS)))


@pytest.mark.parametrize(
    ("lists", "n_items"),
    [([], 3), ([[]], 3), ([[0, 2]], 3), ([[0], [0]], 1), ([[0, 1, 2]] * 3, 3)],
    ids=["no listener", "nothing heard", "one listener", "one track", "all heard all"],
)
@pytest.mark.parametrize("name", ["popularity", "ease", "sequence"])
def test_too_little_to_learn_from_is_no_crash(name, lists, n_items):
    given = Histories.of(lists, n_items)
    scores = FITS[name](given).scores(given)
    assert scores.shape == (len(lists), n_items)
    assert np.isfinite(scores).all()


def test_weights_add_up_within_bounds_and_are_copied():
    items, weights = np.array([2, 0, 2, 1, 1]), np.array([4, 1, 4, 0.5, -0.5], np.float32)
    histories = Histories(items, np.array([0, 5]), weights, 3)
    assert summed(histories).toarray().tolist() == [[1, 0, 5]]
    assert histories.preferred().toarray().tolist() == [[1, 0, 1]]
    assert histories.weights.tolist() == [4, 1, 4, 0.5, -0.5]
