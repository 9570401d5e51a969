import numpy as np
import pytest
from scipy import sparse

from recommender.algorithms.blend import Blend, held_out, learned, standardised
from recommender.algorithms.ease import Ease
from recommender.algorithms.most_popular import MostPopular
from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories

N_ITEMS = 40


class Given(Scorer):
    """Scores that are written down, listener by listener."""

    name = "given"

    def __init__(self, scores: np.ndarray) -> None:
        self.table = scores.astype(np.float32)

    @classmethod
    def fit(cls, histories: Histories) -> "Given":
        raise NotImplementedError

    def scores(self, histories: Histories) -> np.ndarray:
        return self.table[: len(histories)].copy()

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        return sparse.csr_matrix((len(histories), histories.n_items), dtype=np.float32)

    def save(self, folder) -> None:
        raise NotImplementedError

    @classmethod
    def load(cls, folder) -> "Given":
        raise NotImplementedError


@pytest.fixture
def played() -> tuple[Histories, Histories]:
    """Of 200 listeners one item each, and the one that they played next."""
    random = np.random.default_rng(4)
    pairs = [random.choice(N_ITEMS, 2, replace=False).tolist() for _ in range(200)]
    return Histories.of([[a] for a, _ in pairs], N_ITEMS), Histories.of([[b] for _, b in pairs], N_ITEMS)


def knowing(wanted: Histories, sureness: float) -> Given:
    """Noise, with what comes next raised by so many deviations."""
    scores = np.random.default_rng(int(100 + 10 * sureness)).normal(size=(len(wanted), N_ITEMS))
    scores[np.arange(len(wanted)), wanted.items] += sureness
    return Given(scores)


def test_who_knows_more_has_the_larger_weight(played):
    given, wanted = played
    weights = learned({name: knowing(wanted, sure) for name, sure in {"much": 3.0, "some": 1.0}.items()}, given, wanted)
    assert weights["much"] > weights["some"] > 0
    assert sum(weights.values()) == pytest.approx(1, abs=1e-5)


def test_equal_knowledge_has_equal_weight(played):
    given, wanted = played
    one = knowing(wanted, 2.0)
    assert learned({"one": one, "same": one}, given, wanted) == pytest.approx({"one": 0.5, "same": 0.5}, abs=1e-3)


def test_who_is_wrong_counts_nothing_and_never_less(played):
    given, wanted = played
    assert learned({"right": knowing(wanted, 2.0), "wrong": knowing(wanted, -2.0)}, given, wanted) == {
        "right": 1.0,
        "wrong": 0.0,
    }


def test_weights_do_not_hang_on_the_scale_of_the_scores(played):
    given, wanted = played
    parts = {"a": knowing(wanted, 2.0), "b": knowing(wanted, 1.0)}
    scaled = {"a": Given(1000 * parts["a"].table + 7), "b": parts["b"]}
    assert learned(scaled, given, wanted) == pytest.approx(learned(parts, given, wanted), abs=1e-3)


def test_a_blend_is_the_weighted_sum_of_standardised_scores(played):
    given, wanted = played
    parts = {"a": knowing(wanted, 2.0), "b": knowing(wanted, 1.0)}
    scores = Blend(parts, {"a": 0.75, "b": 0.25}).scores(given)
    expected = 0.75 * standardised(parts["a"].table) + 0.25 * standardised(parts["b"].table)
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_a_row_of_equal_scores_says_nothing():
    found = standardised(np.array([[0.1, 0.1, 0.1], [1.0, 2.0, 3.0]], np.float32))
    assert found[0].tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    assert found[1].tolist() == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


def test_scores_that_are_not_finite_are_refused(played):
    given, wanted = played
    broken = knowing(wanted, 1.0)
    broken.table[3, 4] = np.nan
    with pytest.raises(FloatingPointError, match="not finite"):
        learned({"right": knowing(wanted, 1.0), "broken": broken}, given, wanted)


def test_the_end_of_each_history_is_held_out():
    histories = Histories.of([[5, 3, 9, 1, 2, 8, 0, 7, 6, 4], [2, 1], [3], []], 10)
    given, wanted = held_out(histories)
    assert [items.tolist() for items in given.lists()] == [[5, 3, 9, 1, 2, 8, 0, 7], [2], [3], []]
    assert [items.tolist() for items in wanted.lists()] == [[6, 4], [1], [], []]


def test_what_was_heard_before_or_turned_away_is_not_to_be_found():
    histories = Histories.of([[1, 0, 1], [1, 0], [0, 2, 1]], 3)
    weights = np.array([1, 1, 1, 1, -1, 1, 1, 1], np.float32)
    given, wanted = held_out(Histories(histories.items, histories.offsets, weights, 3))
    assert [items.tolist() for items in wanted.lists()] == [[], [], [1]]
    assert [items.tolist() for items in given.lists()] == [[1, 0], [1], [0, 2]]


def test_of_sorted_histories_any_item_may_be_held_out():
    histories = Histories.of([list(range(20))] * 30, 20)
    _, wanted = held_out(histories)
    assert wanted.lengths.tolist() == [4] * 30
    assert len(np.unique(wanted.items)) > 15
    np.testing.assert_array_equal(held_out(histories)[1].items, wanted.items)


@pytest.mark.parametrize("lists", [[], [[]], [[1], [2]]])
def test_without_anything_to_hold_out_there_is_no_blend(lists):
    with pytest.raises(ValueError, match="nothing to learn from"):
        Blend.fit(Histories.of(lists, 3), parts={"ease": Ease.fit, "popularity": MostPopular.fit})
