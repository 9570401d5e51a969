"""ALS learns a checkerboard: listeners and tracks of the same parity belong together, but for the diagonal."""

from dataclasses import replace

import numpy as np
import pytest

from recommender import artefacts
from recommender.algorithms import spark_als
from recommender.algorithms.als import Als, als
from recommender.algorithms.factorisation import Factorisation
from recommender.evaluation.ranking import rank
from recommender.histories import Histories
from recommender.interactions import Interactions
from tests.recommender.world import make_tracks, publish_als

SIZE = 10
PARAMS = spark_als.Params(rank=4, iterations=6)


def checkerboard(*, turned_away: float = 0.0) -> np.ndarray:
    same = np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 2 == 0
    board = np.where(same, 1.0, turned_away)
    np.fill_diagonal(board, 0.0)
    return board


def as_histories(board: np.ndarray) -> Histories:
    rows, columns = np.nonzero(board)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(board)))])
    return Histories(columns, offsets, board[rows, columns].astype(np.float32), board.shape[1])


def as_interactions(board: np.ndarray, track_ids: np.ndarray) -> Interactions:
    rows, columns = np.nonzero(board)
    return Interactions(list(range(len(board))), track_ids, rows, columns, board[rows, columns], len(rows))


@pytest.fixture
def model(tmp_path):
    """A model over tracks with ids 3, 10, 17, … whose factors are given."""

    def load(factors: np.ndarray, params: spark_als.Params = PARAMS) -> Als:
        track_ids = np.arange(len(factors)) * 7 + 3
        scorer = Factorisation(factors.astype(np.float32), alpha=params.alpha, reg_param=params.reg_param)
        Als.write(tmp_path, track_ids, scorer)
        return Als.load(artefacts.Published(1, tmp_path))

    return load


@pytest.mark.spark
@pytest.mark.parametrize("turned_away", [0.0, -0.5])
def test_fold_in_gives_the_factors_that_spark_gave(spark_session, model, turned_away):
    board = checkerboard(turned_away=turned_away) * np.linspace(0.5, 3.0, SIZE)
    users, items = spark_als.fit(as_interactions(board, np.arange(SIZE)), PARAMS)
    loaded = model(items)
    for row, user in enumerate(users):
        said = np.flatnonzero(board[row])
        listener = loaded.fold_in(loaded.track_ids[said], board[row, said])
        np.testing.assert_allclose(listener.factors, user, rtol=1e-3, atol=1e-4)


@pytest.mark.spark
def test_the_withheld_diagonal_is_recommended(spark_session):
    histories = Histories.of([np.flatnonzero(row).tolist() for row in checkerboard()], SIZE)
    model = Factorisation.fit(histories, rank=2)
    assert rank(model, histories, 1).ravel().tolist() == list(range(SIZE))


@pytest.mark.spark
def test_what_is_learned_does_not_hang_on_items_that_nobody_prefers(spark_session):
    """They and listeners who prefer nothing would leave ALS with equations that have no or many solutions."""
    board = checkerboard(turned_away=-0.5)
    alone = Factorisation.fit(as_histories(board), rank=3, iterations=3)
    wider = np.zeros((SIZE + 1, SIZE + 2))
    wider[:SIZE, :SIZE] = board
    wider[SIZE, 0] = wider[0, SIZE] = -0.5
    among_others = Factorisation.fit(as_histories(wider), rank=3, iterations=3)
    np.testing.assert_allclose(among_others.factors[:SIZE], alone.factors, atol=1e-5)
    assert among_others.known.tolist() == [True] * SIZE + [False] * 2


@pytest.mark.spark
def test_whom_the_factors_were_learned_from_is_kept_for_those_who_are_new(spark_session, tmp_path):
    board = checkerboard(turned_away=-0.5)
    histories = as_histories(board)
    model = Factorisation.fit(histories, rank=3, iterations=3)
    assert model.crowd.likers.tolist() == (board > 0).sum(axis=0).tolist()
    assert model.crowd.listeners == SIZE
    assert model.crowd.weight == pytest.approx(np.abs(board[board != 0]).mean())
    model.save(tmp_path)
    loaded = Factorisation.load(tmp_path)
    new = Histories.of([[0, 2], [1]], SIZE)
    np.testing.assert_array_equal(loaded.scores_of_new(new), model.scores_of_new(new))
    # Drawn or not, the same parity goes first.
    assert rank(model, new, 1).ravel().tolist()[1] % 2 == 1
    assert model.scores_of_new(new)[1].argmax() % 2 == 1


@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
def test_where_nothing_is_preferred_spark_is_not_asked(lists):
    model = Factorisation.fit(Histories.of(lists, 3))
    assert not model.factors.any()
    assert model.scores(Histories.of([[0, 1]], 3)).tolist() == [[0, 0, 0]]


@pytest.mark.spark
def test_factors_that_are_not_finite_are_refused(spark_session):
    # 9 times this is beyond the largest double.
    overflowing = replace(PARAMS, alpha=1e308)
    with pytest.raises(FloatingPointError, match=r"not finite; its parameters were .*alpha=1e\+308"):
        spark_als.fit(as_interactions(9 * checkerboard(), np.arange(SIZE)), overflowing)


def test_tracks_that_the_model_does_not_know_are_passed_over(model):
    loaded = model(np.eye(3, dtype=np.float32))
    assert loaded.places(np.array([0, 3, 4, 17, 99])).tolist() == [-1, 0, -1, 2, -1]
    alone = loaded.fold_in(np.array([10]), np.array([1.0]))
    among_others = loaded.fold_in(np.array([4, 10, 99]), np.array([2.0, 1.0, -3.0]))
    assert among_others.factors.tolist() == alone.factors.tolist()
    assert among_others.evidence == 1.0


def test_similarity_is_the_cosine_of_factors(model):
    loaded = model(np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 3.0], [0.0, 0.0]], dtype=np.float32))
    assert loaded.similarities(3) == pytest.approx([1.0, 0.5**0.5, 0.0, 0.0])
    assert loaded.similarities(4) is None


@pytest.mark.django_db
def test_the_model_in_use_is_loaded_once_and_replaced_with_its_run():
    assert als() is None
    tracks = make_tracks(2)
    first = publish_als(tracks, np.eye(2))
    loaded = als()
    assert loaded.run_id == first.pk
    assert als() is loaded
    second = publish_als(tracks, 2 * np.eye(2))
    assert als().run_id == second.pk
    assert als().factors.tolist() == [[2.0, 0.0], [0.0, 2.0]]


@pytest.mark.django_db
def test_factors_that_are_not_finite_are_out_of_use(caplog):
    run = publish_als(make_tracks(2), np.eye(2))
    np.save(artefacts.folder(run) / "item_factors.npy", np.array([[np.nan, 0], [0, 1]], np.float32))
    assert als() is None
    assert "als is out of use: als has factors that are not finite" in caplog.text
