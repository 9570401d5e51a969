"""Runs as MLflow has them, in a real store."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from recommender import artefacts, tracking
from recommender.models import ModelRun

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def run() -> ModelRun:
    with artefacts.training("ease", {"l2": 100.0}) as (run, folder):
        (folder / "weights").write_text("1")
        run.data = {"plays": 7, "lake_version": 3, "history": {"listeners": 2}}
        run.metrics = {"ndcg@20": 0.25, "ndcg@20 low": 0.2, "kind": "annoy"}
    ModelRun.objects.update(started_at=NOON, finished_at=NOON + timedelta(seconds=90))
    run.refresh_from_db()
    return run


@pytest.fixture
def store(settings, state) -> str:
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{state / 'mlflow.sqlite3'}"
    return settings.MLFLOW_TRACKING_URI


def test_a_run_is_told_of_once_with_all_that_is_known_of_it(run, store):
    failed = ModelRun.objects.create(algorithm="als", status="failed", problem="no memory", finished_at=NOON)
    ModelRun.objects.create(algorithm="als")  # still under way
    assert tracking.record() == 2
    assert tracking.record() == 0
    run.refresh_from_db()
    failed.refresh_from_db()

    from mlflow.tracking import MlflowClient

    told = MlflowClient(store).get_run(run.tracking_id)
    assert told.info.status == "FINISHED"
    assert told.info.start_time == NOON.timestamp() * 1000
    assert told.info.end_time - told.info.start_time == 90_000
    assert told.data.params == {"l2": "100.0"}
    assert told.data.metrics == {"ndcg_at_20": 0.25, "ndcg_at_20_low": 0.2, "duration_seconds": 90.0}
    assert told.data.tags["model_run"] == str(run.pk)
    assert told.data.tags["data.lake_version"] == "3"
    assert told.data.tags["files"] == str(artefacts.folder(run))
    other = MlflowClient(store).get_run(failed.tracking_id)
    assert (other.info.status, other.data.tags["problem"]) == ("FAILED", "no memory")


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "sqlite:////dev/null/mlflow.sqlite3"])
def test_a_store_that_is_away_is_one_line_in_the_log(run, settings, caplog, uri):
    settings.MLFLOW_TRACKING_URI = uri
    with caplog.at_level(logging.ERROR, "recommender"):
        assert tracking.record() == 0
    [record] = [record for record in caplog.records if record.name == "recommender.tracking"]
    assert record.getMessage().startswith(f"MLflow at {uri} was told of 0 of 1 runs, and hears of the others after")
    run.refresh_from_db()
    assert run.tracking_id == ""


def test_it_can_be_switched_off(run, settings):
    settings.MLFLOW_TRACKING_URI = "off"
    assert tracking.record() == 0


def test_the_admin_links_to_the_run(run, settings, admin_client):
    ModelRun.objects.update(tracking_id="0123456789abcdef")
    settings.MLFLOW_TRACKING_URI = "http://mlflow.example:5000/"
    page = admin_client.get("/admin/recommender/modelrun/").content.decode()
    assert '<a href="http://mlflow.example:5000/#/runs/0123456789abcdef">01234567</a>' in page
    settings.MLFLOW_TRACKING_URI = "sqlite:////tmp/mlflow.sqlite3"
    page = admin_client.get(f"/admin/recommender/modelrun/{run.pk}/change/").content.decode()
    assert "0123456789abcdef" in page
