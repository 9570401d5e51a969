import fcntl
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from recommender import artefacts, online, store, tracking
from recommender.algorithms.collaborative import EaseModel
from recommender.evaluation.plays import held_out
from recommender.models import ModelRun, Recommendation
from recommender.pipeline import TrainingInProgress, due, train
from recommender.pipeline.fit import Candidate
from recommender.pipeline.publish import publish
from streaming.models import Genre, Listener, Track
from tests.recommender.tastes import listen, make_tastes
from tests.recommender.world import NOON, fill_lake, make_tracks, play, prepared, publish_als

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def untracked(settings) -> None:
    """Loading MLflow takes longer than all else here."""
    settings.MLFLOW_TRACKING_URI = tracking.OFF


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(3, genre=Genre.objects.create(title="Jazz"))


def test_what_has_nothing_to_train_on_is_left_out_with_the_reason(tracks, listener):
    play(listener, tracks[0])
    fill_lake()
    report = train()
    assert [run.algorithm for run in report.runs] == ["popularity"]
    assert "not 1" in report.skipped["als"]
    assert "not 1" in report.skipped["ease"]
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
    fill_lake()
    report = train(["als"])
    assert report.skipped == {}
    assert report.runs[0].params["rank"] == 2
    assert report.runs[0].data["plays"] == 6
    assert {name: report.runs[0].data["history"][name] for name in ("listeners", "tracks", "entries")} == {
        "listeners": 2,
        "tracks": 3,
        "entries": 6,
    }
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
    assert "als: not trained: what goes together is learned from two listeners or more" in said


def test_the_command_fails_where_what_was_asked_for_was_not_trained(tracks):
    with pytest.raises(CommandError, match="^not trained: als$"):
        call_command("train", "--algorithm", "als", "--algorithm", "popularity")
    assert ModelRun.objects.get().algorithm == "popularity"


@pytest.mark.spark
def test_the_whole_way_from_plays_to_shelves(spark_session, settings):
    settings.ALS_RANK = 4
    tastes = make_tastes(listeners=60)
    Listener.objects.update(last_event_at=NOON)
    # Of one listener the shelves are newer than the models will be.
    fresh, *others = tastes.listeners
    fill_lake()
    train(["popularity"])
    online.refresh(fresh.pk)
    Recommendation.objects.filter(listener=fresh).update(created_at=timezone.now() + timedelta(hours=1))
    report = train()
    assert report.failed == {}
    assert [run.algorithm for run in report.runs] == ["popularity", "ease", "sequence", "als", "blend"]
    assert set(report.skipped) == {"content", "character", "autoencoder"}
    weights = report.runs[-1].data["weights"]
    assert sum(weights.values()) == pytest.approx(1)
    assert report.written == len(others)
    # Listener 3 is of the first group, of which they have not heard two.
    shelf = store.standing(others[2].pk).shelves[0]
    assert {item.track_id for item in shelf.items[:2]} <= {track.pk for track in tastes.groups[0]}
    assert {item.run_id for item in shelf.items} <= {run.pk for run in report.runs}
    assert due() == []


def test_a_model_that_fails_is_no_matter_to_the_others(tracks, settings, capsys):
    make_tastes(listeners=12)
    fill_lake()
    settings.MODELS_DIR.mkdir()
    (settings.MODELS_DIR / "ease").write_text("in the way")
    with pytest.raises(CommandError, match="^not trained: ease$"):
        call_command("train", "--algorithm", "ease", "--algorithm", "sequence")
    said = capsys.readouterr()
    assert "sequence: run" in said.out
    assert "ease: failed: NotADirectoryError" in said.err
    assert artefacts.current("ease") is None


def test_the_second_training_on_the_same_plays_is_rejected(capsys):
    make_tastes(listeners=12)
    fill_lake()
    [first] = train(["ease"]).runs
    call_command("train", "--algorithm", "ease")
    assert re.search(r"ease: run \d+ rejected after", capsys.readouterr().out)
    assert artefacts.current("ease").run_id == first.pk


def test_where_other_parameters_are_no_better_those_in_use_learn_what_is_new(settings):
    tastes = make_tastes(listeners=24)
    fill_lake()
    plays = prepared()
    good = publish(Candidate(EaseModel, {"l2": 50.0, "kept": 500, "most": 10_000}), plays, held_out(plays))
    listen(tastes.listeners[0], tastes.groups[0], first=8, plays=2, hour=20)
    fill_lake()
    [run] = train(["ease"]).runs
    assert run.params == good.params
    assert ModelRun.objects.get(status="rejected").params["l2"] == 100.0
