import numpy as np
import pytest

from recommender import artefacts
from recommender.algorithms.blend_weights import BlendWeights, blend_weights
from recommender.algorithms.collaborative import NO_TRACK, EaseModel, SequenceModel, ease, sequence
from recommender.algorithms.ease import Ease
from recommender.histories import Histories

# Ids with holes; item n is TRACKS[n].
TRACKS = np.array([3, 10, 11, 40, 99])
LISTS = [[0, 1, 2], [0, 1], [1, 2, 0], [3, 4]]
pytestmark = pytest.mark.django_db


def publish(model: type[EaseModel], histories: Histories, track_ids: np.ndarray = TRACKS) -> int:
    with artefacts.training(model.name, {}) as (run, folder):
        sessions = np.zeros(len(histories.items), np.int64)
        model.write(folder, track_ids, model.fit(histories, sessions))
    return run.pk


@pytest.fixture
def histories() -> Histories:
    return Histories.of(LISTS, len(TRACKS))


def test_what_serves_scores_as_what_was_judged(histories):
    run_id = publish(EaseModel, histories)
    assert ease().run_id == run_id
    judged = Ease.fit(histories).scores(Histories.of([[0, 2]], len(TRACKS)))[0]
    np.testing.assert_array_equal(ease().scores(np.array([3, 11]), np.ones(2)), judged)
    # 7 and 200 came after the training.
    np.testing.assert_array_equal(ease().scores(np.array([7, 3, 200, 11]), np.ones(4)), judged)


def test_a_history_of_which_nothing_is_known(histories):
    publish(EaseModel, histories)
    # 40 and 99 have one listener.
    for unknown in ([], [7], [40, 99]):
        assert ease().scores(np.array(unknown, np.int64), np.ones(len(unknown))) is None
    assert ease().scores(np.array([3]), np.array([-1.0])) is None


def test_places_are_of_tracks_that_something_was_learned_of(histories):
    publish(EaseModel, histories)
    assert ease().places(np.array([99, 11, 4, 3, 1000])).tolist() == [-1, 2, -1, 0, -1]


def test_the_reason_is_what_adds_most():
    publish(EaseModel, Histories.of([[0, 2]] * 6 + [[1, 2]] + [[1, 3]] * 3 + [[4]], len(TRACKS)))
    assert ease().because(11, np.array([10, 3, 500])) == 3
    assert ease().because(40, np.array([3, 10])) == 10
    assert ease().because(40, np.array([], np.int64)) == NO_TRACK
    assert ease().because(500, np.array([3])) == NO_TRACK
    assert ease().because(99, np.array([3])) == NO_TRACK


def test_the_reason_for_what_comes_next_is_what_it_follows(histories):
    publish(SequenceModel, histories)
    assert sequence().because(11, np.array([40, 10])) == 10
    assert sequence().because(10, np.array([11])) == NO_TRACK


def test_sessions_reach_the_model_that_knows_of_them(histories):
    sessions = np.array([0, -1, 0, 1, 1, 2, 2, 2, 3, 3])
    with_sessions = SequenceModel.fit(histories, sessions).scores(histories)
    assert not np.array_equal(with_sessions, SequenceModel.fit(histories, np.zeros(10, np.int64)).scores(histories))


@pytest.mark.parametrize("model", [EaseModel, SequenceModel])
def test_nothing_learned_at_all_is_no_crash(model):
    publish(model, Histories.of([], 0), np.zeros(0, np.int64))
    assert model.current().places(np.array([3])).tolist() == [-1]
    assert model.current().scores(np.array([3]), np.ones(1)) is None
    assert model.current().because(3, np.array([3])) == NO_TRACK


def test_a_model_that_is_not_finite_is_out_of_use_and_says_so_once(histories, caplog):
    publish(EaseModel, histories)
    model = ease()
    model.scorer.weights.data[0] = np.nan
    model.scorer.save(model.published.folder)
    EaseModel._loaded = None
    assert ease() is ease() is None
    assert caplog.text.count("ease is out of use: ease has weights that are not finite") == 1
    run_id = publish(EaseModel, histories)
    assert ease().run_id == run_id


def test_a_model_whose_files_are_gone_is_out_of_use(histories, caplog):
    publish(EaseModel, histories)
    (artefacts.current("ease").folder / "weights.npz").unlink()
    assert ease() is None
    assert "ease is out of use" in caplog.text


def test_each_algorithm_has_its_own_model_in_use(histories):
    publish(EaseModel, histories)
    publish(SequenceModel, histories)
    assert isinstance(ease(), EaseModel)
    assert isinstance(sequence(), SequenceModel)


def test_learned_weights_are_published_like_a_model():
    assert blend_weights() is None
    with artefacts.training(BlendWeights.name, {}) as (run, folder):
        BlendWeights.write(folder, {"ease": 0.75, "popularity": 0.25})
    assert blend_weights().run_id == run.pk
    assert blend_weights().weights == {"ease": 0.75, "popularity": 0.25}
