"""Making one listener's shelves anew, and telling their sockets."""

import logging
import uuid

from django.db import DatabaseError

from recommender import live, metrics, online
from workers import waiting

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Before a worker takes its first refresh."""
    try:
        online.warm_up()
    except DatabaseError as error:
        logger.warning("models are loaded with the first refresh, as the database is away: %s", error)


def run(listener_id: uuid.UUID) -> None:
    # First, so that an event that comes while this refresh reads the plays asks for another one.
    waiting.begun(listener_id)
    with metrics.REFRESH.time():
        online.refresh(listener_id)
    logger.debug("made shelves of listener %s", listener_id)
    live.tell(listener_id)
