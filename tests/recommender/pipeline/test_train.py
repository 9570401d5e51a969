import fcntl

import pytest
from django.core.management import CommandError, call_command

from recommender import artefacts, store
from recommender.models import ModelRun
from recommender.pipeline import TrainingInProgress, train
from streaming.models import Genre, Listener, Track
from tests.recommender.world import make_tracks, play, publish_als

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(3, genre=Genre.objects.create(title="Jazz"))


def test_what_has_nothing_to_train_on_is_left_out_with_the_reason(tracks, listener):
    play(listener, tracks[0])
    report = train()
    assert [run.algorithm for run in report.runs] == ["popularity"]
    assert "not 1" in report.skipped["als"]
    assert "features" in report.skipped["content"]


def test_the_cold_start_follows_popularity(tracks):
    train(["popularity"])
    (for_you,) = store.standing(None).shelves
    assert {item.track_id for item in for_you.items} == {track.pk for track in tracks}


@pytest.mark.spark
def test_als_is_trained_from_plays(tracks, spark_session, settings):
    settings.ALS_RANK = 2
    for _ in range(2):
        listener = Listener.objects.create()
        for track in tracks:
            play(listener, track)
    report = train(["als"])
    assert report.skipped == {}
    assert report.runs[0].data == {"plays": 6, "interactions": 6, "listeners": 2, "tracks": 3}
    assert artefacts.current("als").run_id == report.runs[0].pk


def test_the_old_model_stays_where_there_is_too_little_for_a_new_one(tracks):
    run = publish_als(tracks, [[1.0], [1.0], [1.0]])
    assert "not 0" in train(["als"]).skipped["als"]
    assert artefacts.current("als").run_id == run.pk


def test_two_trainings_at_once_are_refused(tracks, settings):
    settings.MODELS_DIR.mkdir()
    with (settings.MODELS_DIR / "training.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(TrainingInProgress, match="try again when it is done"):
            train(["popularity"])
        with pytest.raises(CommandError, match="another training"):
            call_command("train")
    assert not ModelRun.objects.exists()
    assert train(["popularity"]).runs


def test_a_run_that_a_killed_process_left_open_is_closed(tracks):
    abandoned = ModelRun.objects.create(algorithm=ModelRun.Algorithm.ALS)
    train(["popularity"])
    abandoned.refresh_from_db()
    assert abandoned.status == ModelRun.Status.FAILED
    assert abandoned.problem == "the process ended in the middle of the training"


def test_the_command_says_what_was_trained_and_why_not(tracks, capsys):
    call_command("train")
    said = capsys.readouterr().out
    assert f"popularity: run {ModelRun.objects.get().pk} in use after" in said
    assert "als: not trained: collaborative filtering needs tracks" in said


def test_the_command_fails_where_what_was_asked_for_was_not_trained(tracks):
    with pytest.raises(CommandError, match="^not trained: als$"):
        call_command("train", "--algorithm", "als", "--algorithm", "popularity")
    assert ModelRun.objects.get().algorithm == "popularity"
