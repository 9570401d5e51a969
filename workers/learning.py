"""What the service learns beside the listening: features of new tracks, models from new plays."""

import logging
import os
import threading
import uuid

from celery.signals import worker_shutting_down

from recommender import live, pipeline, store, tracking
from recommender.features.extraction import Summary, extract_missing
from recommender.features.pool import Stopping
from recommender.features.store import FeatureStoreUnavailable, feature_store
from recommender.models import ModelRun
from streaming.lake import LakeUnavailable

logger = logging.getLogger(__name__)

# Tracks analysed in one go, by processes that are started for it; what a stopping service leaves of it goes on later.
BATCH = 256
# Set once this process's Celery worker was asked to end.
stopping = threading.Event()


def hear_new_tracks() -> int:
    """Extract the features of some tracks that have none; returns how many were dealt with."""
    summary = Summary()
    try:
        # One core is left to whoever is listening.
        extract_missing(
            limit=BATCH, processes=max(1, (os.cpu_count() or 2) - 1), summary=summary, on_tick=_end_if_asked
        )
    except Stopping:
        logger.info("extraction goes on at the next start")
    except FeatureStoreUnavailable as error:
        logger.error("extraction stopped after %d tracks, which are kept, and goes on later: %s", summary.tracks, error)
    return summary.tracks


def _end_if_asked() -> None:
    if stopping.is_set():
        raise Stopping("the worker was asked to end")


@worker_shutting_down.connect
def _stop(**kwargs: object) -> None:
    stopping.set()


def sweep_features() -> int:
    """Drop the features of tracks that went while the store was away; returns of how many."""
    try:
        swept = feature_store().sweep()
    except FeatureStoreUnavailable as error:
        logger.error("features of deleted tracks stay until the next sweep: %s", error)
        return 0
    logger.info("swept the features of %d deleted tracks", swept)
    return swept


def train_if_due() -> list[uuid.UUID]:
    """Train what has become out of date; returns whoever has waited for a first model, with plays but no shelves.

    Everybody else has theirs by now, or meets a new model at their next event.
    """
    return _train(pipeline.due())


def train_all() -> list[uuid.UUID]:
    """As `train_if_due`, and of all that is learned from listeners: once a night, however little is new."""
    return _train([*{*pipeline.due(), *pipeline.FROM_PLAYS}])


def track() -> int:
    """Tell MLflow of the runs that have ended; returns of how many."""
    return tracking.record()


def _train(algorithms: list[str]) -> list[uuid.UUID]:
    try:
        report = pipeline.train(algorithms)
    except pipeline.TrainingInProgress as busy:
        logger.info("no training now: %s", busy)
        return []
    except LakeUnavailable as error:
        logger.error("no model learns from new plays: %s", error)
        return []
    for algorithm, error in report.failed.items():
        logger.error("training %s failed, and the model in use stays", algorithm, exc_info=error)
    if any(run.algorithm == ModelRun.Algorithm.POPULARITY for run in report.runs):
        live.tell_cold()
    return store.stale_listeners() if report.runs else []
