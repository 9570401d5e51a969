"""ALS learns a checkerboard: listeners and tracks of the same parity belong together, but for the diagonal."""

from dataclasses import replace

import numpy as np
import pytest

from recommender import artefacts, interactions
from recommender.algorithms import spark_als
from recommender.algorithms.als import Als, als
from recommender.algorithms.base import NothingToTrainOn
from recommender.interactions import Interactions
from recommender.models import ModelRun
from recommender.pipeline.prepare import prepare
from streaming.models import Listener
from tests.recommender.world import make_tracks, play, publish_als

SIZE = 10
PARAMS = spark_als.Params(rank=4, iterations=6)


def checkerboard(*, turned_away: float = 0.0) -> np.ndarray:
    same = np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 2 == 0
    board = np.where(same, 1.0, turned_away)
    np.fill_diagonal(board, 0.0)
    return board


def as_interactions(board: np.ndarray, track_ids: np.ndarray) -> Interactions:
    rows, columns = np.nonzero(board)
    return Interactions(list(range(len(board))), track_ids, rows, columns, board[rows, columns], len(rows))


@pytest.fixture
def model(tmp_path):
    """A model over tracks with ids 3, 10, 17, … whose factors are given."""

    def load(factors: np.ndarray, params: spark_als.Params = PARAMS) -> Als:
        track_ids = np.arange(len(factors)) * 7 + 3
        Als.write(tmp_path, track_ids, factors, alpha=params.alpha, reg_param=params.reg_param)
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
@pytest.mark.django_db
def test_the_withheld_diagonal_is_recommended(spark_session, settings):
    settings.ALS_RANK = 2
    listeners = Listener.objects.bulk_create(Listener() for _ in range(SIZE))
    tracks = make_tracks(2 * SIZE)[::2]  # ids with holes
    for row, column in zip(*np.nonzero(checkerboard()), strict=True):
        play(listeners[row], tracks[column])
    run = Als.train(prepare(interactions.read()))
    trained = als()
    assert trained.run_id == run.pk
    assert run.data["interactions"] == SIZE * (SIZE // 2 - 1)
    for row, listener in enumerate(listeners):
        track_ids, weights = interactions.of_listener(listener.pk, SIZE).interactions()
        scores = trained.scores(trained.fold_in(track_ids, weights))
        scores[trained.places(track_ids)] = -np.inf
        assert trained.track_ids[scores.argmax()] == tracks[row].pk


@pytest.mark.spark
def test_factors_that_are_not_finite_are_refused(spark_session):
    # 9 times this is beyond the largest double.
    overflowing = replace(PARAMS, alpha=1e308)
    with pytest.raises(FloatingPointError, match=r"not finite; its parameters were .*alpha=1e\+308"):
        spark_als.fit(as_interactions(9 * checkerboard(), np.arange(SIZE)), overflowing)


@pytest.mark.django_db
@pytest.mark.parametrize("listeners", [0, 1])
def test_fewer_than_two_listeners_are_nothing_to_train_on(listeners):
    board = checkerboard()[:listeners]
    with pytest.raises(NothingToTrainOn, match=f"not {listeners}$"):
        Als.train(as_interactions(board, np.arange(SIZE)))
    assert not ModelRun.objects.exists()


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
