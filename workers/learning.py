"""What the service learns beside the listening: features of new tracks, models from new plays."""

import logging
import os
import uuid
from datetime import timedelta

from django.utils import timezone

from recommender import live, pipeline
from recommender.features.extraction import extract_missing
from streaming.models import Listener

logger = logging.getLogger(__name__)

# Tracks analysed in one go; few enough that a stopping process is soon done.
BATCH = 64
# Whoever was heard of so lately sees what a new model makes of their plays.
ACTIVE = timedelta(minutes=30)
MOST_ACTIVE = 500


def hear_new_tracks() -> int:
    """Extract the features of some tracks that have none; returns how many were dealt with."""
    # One core is left to whoever is listening.
    return extract_missing(limit=BATCH, processes=max(1, (os.cpu_count() or 2) - 1))


def train_if_due() -> list[uuid.UUID]:
    """Train what has become out of date; returns the listeners whose shelves a new model changes."""
    try:
        report = pipeline.train(pipeline.due())
    except pipeline.TrainingInProgress as busy:
        logger.info("no training now: %s", busy)
        return []
    if not report.runs:
        return []
    live.tell_cold()
    active = Listener.objects.filter(
        last_event_at__gt=timezone.now() - ACTIVE, is_simulated=False, merged_into=None
    ).order_by("-last_event_at")
    return list(active.values_list("pk", flat=True)[:MOST_ACTIVE])
