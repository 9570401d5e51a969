from dataclasses import replace

import numpy as np
import pytest

from recommender.algorithms.reranked import CANDIDATES, Reranked
from recommender.evaluation.ranking import rank
from recommender.histories import Histories

GROUPS, SIZE = 8, 25


@pytest.fixture(scope="module")
def groups() -> Histories:
    """Listeners of eight groups, each with ten of their group's 25 items."""
    random = np.random.default_rng(3)
    lists = [group * SIZE + random.choice(SIZE, size=10, replace=False) for group in np.repeat(np.arange(GROUPS), 30)]
    return Histories.of(lists, GROUPS * SIZE)


@pytest.fixture(scope="module")
def model(groups) -> Reranked:
    return Reranked.fit(groups, steps=30)


def test_what_ones_group_has_comes_first(groups, model):
    own = (groups.items[groups.offsets[:-1]] // SIZE)[:, None]
    assert (rank(model, groups, 15) // SIZE == own).mean() > 0.99


def test_the_best_of_the_blend_come_before_all_others_and_those_stay_in_order(groups, model):
    few = groups.part(0, 4)
    blended, candidates, real, _ = model.candidates(few)
    scores = model.scores(few)
    assert candidates.shape == (4, CANDIDATES)
    assert real.all()
    others = np.ones(scores.shape, dtype=bool)
    np.put_along_axis(others, candidates, False, axis=1)
    np.testing.assert_array_equal(scores[others], blended[others])
    assert (
        scores[others].reshape(4, -1).max(axis=1) < np.take_along_axis(scores, candidates, axis=1).min(axis=1)
    ).all()


def test_what_was_heard_is_no_candidate(groups, model):
    few = groups.part(0, 4)
    _, candidates, real, _ = model.candidates(few)
    for heard, row, is_real in zip(few.lists(), candidates, real, strict=True):
        assert not np.isin(row[is_real], heard).any()


def test_histories_too_short_to_hold_anything_out():
    with pytest.raises(ValueError, match="nothing to learn from"):
        Reranked.fit(Histories.of([[0], [1]], 3))


def test_items_that_nobody_has_change_nothing(groups, model):
    """Every third of twice as many numbers is nobody's, and all after the last that somebody has."""
    numbers = np.arange(groups.n_items) * 3 // 2
    among_more = replace(groups, items=numbers[groups.items], n_items=groups.n_items * 2)
    more = Reranked.fit(among_more, steps=30)
    np.testing.assert_array_equal(np.flatnonzero(more.known), numbers)
    scores = more.scores(among_more.part(0, 4))
    np.testing.assert_array_equal(scores[:, numbers], model.scores(groups.part(0, 4)))
    assert not np.delete(scores, numbers, axis=1).any()
    shares = more.shares(among_more.part(0, 4), int(numbers[7])).toarray()
    np.testing.assert_array_equal(shares[:, numbers], model.shares(groups.part(0, 4), 7).toarray())
    assert not more.shares(among_more.part(0, 4), int(numbers[-1]) + 1).nnz
