"""Every model run told to MLflow, once it has ended: its parameters, metrics, data, duration, and where its files lie.

The service's own table of runs is what it works by; MLflow is for whoever compares runs. So it is told afterwards, of
all runs that it was not told of yet, and a tracking server that is away costs no training: it hears of them next time.
"""

import logging
import os
import warnings
from typing import TYPE_CHECKING

from django.conf import settings

from recommender import artefacts
from recommender.models import ModelRun

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

logger = logging.getLogger(__name__)

EXPERIMENT = "recommender"
# The value of MLFLOW_TRACKING_URI by which nothing is tracked.
OFF = "off"
# Runs told of in one go.
AT_ONCE = 100
# MLflow's own variables: by itself it waits many minutes for a server that is away, and tells its makers of its use.
ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
STATUSES = {ModelRun.Status.FAILED: "FAILED"}


def record() -> int:
    """Tell of the runs that have ended since the last time; returns of how many. Logs where MLflow cannot be told."""
    if settings.MLFLOW_TRACKING_URI == OFF:
        return 0
    ended = ModelRun.objects.filter(finished_at__isnull=False, tracking_id="").order_by("pk")[:AT_ONCE]
    if not ended:
        return 0
    client, unreachable = _mlflow()
    told = 0
    try:
        store = client(settings.MLFLOW_TRACKING_URI)
        experiment = _experiment(store)
        for run in ended:
            run.tracking_id = _tell(store, experiment, run)
            run.save(update_fields=["tracking_id"])
            told += 1
    except unreachable as error:
        logger.error(
            "MLflow at %s was told of %d of %d runs, and hears of the others after the next training: %s",
            settings.MLFLOW_TRACKING_URI,
            told,
            len(ended),
            " ".join(str(error).split())[:300],
        )
    return told


def _mlflow() -> tuple[type["MlflowClient"], tuple[type[Exception], ...]]:
    """The client, imported on use as it takes seconds, and what it raises for a store that does not answer."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from sqlalchemy.exc import SADeprecationWarning, SQLAlchemyError

    with warnings.catch_warnings():
        # Of its own tables, which are none of ours.
        warnings.simplefilter("ignore", SADeprecationWarning)
        from mlflow.exceptions import MlflowException
        from mlflow.store.tracking import sqlalchemy_store  # noqa: F401  # which warns
        from mlflow.tracking import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return MlflowClient, (MlflowException, SQLAlchemyError, OSError)


def _experiment(store: "MlflowClient") -> str:
    found = store.get_experiment_by_name(EXPERIMENT)
    return found.experiment_id if found else store.create_experiment(EXPERIMENT, settings.MODELS_DIR.as_uri())


def _tell(store: "MlflowClient", experiment: str, run: ModelRun) -> str:
    from mlflow.entities import Metric, Param

    started, ended = (int(time.timestamp() * 1000) for time in (run.started_at, run.finished_at))
    tracked = store.create_run(experiment, start_time=started, run_name=str(run), tags=_tags(run)).info.run_id
    seconds = (run.finished_at - run.started_at).total_seconds()
    numbers = run.metrics | {"duration_seconds": seconds}
    metrics = [Metric(_name(name), float(value), ended, 0) for name, value in numbers.items() if _is_number(value)]
    params = [Param(_name(name), str(value)) for name, value in run.params.items()]
    store.log_batch(tracked, metrics=metrics, params=params)
    store.set_terminated(tracked, STATUSES.get(run.status, "FINISHED"), ended)
    return tracked


def _tags(run: ModelRun) -> dict[str, str]:
    files = artefacts.folder(run)
    tags = {"algorithm": run.algorithm, "model_run": str(run.pk), "outcome": run.get_status_display()}
    tags |= {f"data.{_name(name)}": str(value)[:5000] for name, value in run.data.items()}
    if run.problem:
        tags["problem"] = run.problem[:5000]
    if files.is_dir():
        tags["files"] = str(files)
    return tags


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(name: str) -> str:
    """As MLflow takes it: it has no @ in names."""
    return name.replace("@", "_at_").replace(" ", "_")


def address(run: ModelRun) -> str:
    """The page of a run on a tracking server; empty for one that is in a database only."""
    server = settings.MLFLOW_TRACKING_URI
    if not run.tracking_id or not server.startswith(("http://", "https://")):
        return ""
    return f"{server.rstrip('/')}/#/runs/{run.tracking_id}"
