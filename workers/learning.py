"""What the service learns beside the listening: features of new tracks, models from new plays."""

import logging
import os
import uuid

from recommender import live, pipeline, store
from recommender.features.extraction import extract_missing
from recommender.models import ModelRun

logger = logging.getLogger(__name__)

# Tracks analysed in one go; few enough that a stopping process is soon done.
BATCH = 64


def hear_new_tracks() -> int:
    """Extract the features of some tracks that have none; returns how many were dealt with."""
    # One core is left to whoever is listening.
    return extract_missing(limit=BATCH, processes=max(1, (os.cpu_count() or 2) - 1))


def train_if_due() -> list[uuid.UUID]:
    """Train what has become out of date; returns whoever has waited for a first model, with plays but no shelves.

    Everybody else who listens meets a new model at their next event.
    """
    try:
        report = pipeline.train(pipeline.due())
    except pipeline.TrainingInProgress as busy:
        logger.info("no training now: %s", busy)
        return []
    if any(run.algorithm == ModelRun.Algorithm.POPULARITY for run in report.runs):
        live.tell_cold()
    return store.stale_listeners() if report.runs else []
