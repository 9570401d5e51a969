import numpy as np
import pytest

from recommender.algorithms.next_item import NextItem, conditional_logit, folds, learned
from recommender.evaluation.ranking import rank
from recommender.histories import Histories

CIRCLE = 30


@pytest.fixture(scope="module")
def circles() -> Histories:
    """Items on a circle, each listener walking along a piece of it: the next item is always the next number."""
    random = np.random.default_rng(4)
    walks = [(start + np.arange(random.integers(6, 12))) % CIRCLE for start in random.integers(CIRCLE, size=120)]
    return Histories.of(walks, CIRCLE)


@pytest.fixture(scope="module")
def model(circles) -> NextItem:
    return NextItem.fit(circles)


def test_what_follows_is_found(circles, model):
    last = circles.items[circles.offsets[1:] - 1]
    assert (rank(model, circles, 1)[:, 0] == (last + 1) % CIRCLE).mean() > 0.95


def test_order_counts(model):
    """Of the same items, heard forwards and backwards, 14 follows the former the surer: see its lead over 9."""
    forwards, backwards = model.scores(Histories.of([[10, 11, 12, 13], [13, 12, 11, 10]], CIRCLE))
    assert forwards[14] - forwards[9] > backwards[14] - backwards[9] + 0.1


def test_what_is_held_out_is_not_fitted_on():
    histories = Histories.of([[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2], [0, 1]], 7)
    asked = list(folds(histories))
    targets = {
        (fold.listeners.tolist()[n], len(fold.given.lists()[n])): int(fold.targets[n])
        for fold in asked
        for n in range(len(fold.listeners))
    }
    # The first can lose up to three items and keep four, the second one, the third none.
    assert targets == {(0, 6): 6, (0, 5): 5, (0, 4): 4, (1, 4): 2}
    for fold in asked:
        lists = fold.histories.lists()
        for listener, given in zip(fold.listeners, fold.given.lists(), strict=True):
            assert lists[listener].tolist() == given.tolist()
        others = [n for n in range(3) if n not in fold.listeners]
        assert all(lists[n].tolist() == histories.lists()[n].tolist() for n in others)


def test_weights_of_a_conditional_logit_are_those_that_choices_were_drawn_with():
    random = np.random.default_rng(9)
    features = random.normal(size=(4_000, 6, 2))
    utilities = features @ np.array([1.5, -0.5]) + random.gumbel(size=(4_000, 6))
    assert conditional_logit(features, utilities.argmax(axis=1)) == pytest.approx([1.5, -0.5], abs=0.1)


def test_saved_and_loaded(circles, model, tmp_path):
    model.save(tmp_path)
    np.testing.assert_allclose(NextItem.load(tmp_path).scores(circles), model.scores(circles), rtol=1e-5)


def test_histories_too_short_to_hold_anything_out():
    with pytest.raises(ValueError, match="no history has 5 items"):
        learned(Histories.of([[0, 1, 2, 3], [1]], 4))
