"""Going on through what is out of reach for a while: the database, the event log, the lake."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from streaming.events import EventLogUnavailable
from streaming.lake import LakeUnavailable

logger = logging.getLogger(__name__)

# Seconds before it is tried again: the first pause, and the longest that it grows to.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
AWAY = (DatabaseError, EventLogUnavailable, LakeUnavailable)


def outlast(what: str, cycle: Callable[[], object], forget: Callable[[], None], stopping: threading.Event) -> None:
    """Call `cycle` until the event is set.

    Where a part that it needs is away, `forget` gives up what was begun, and after a pause that grows the next cycle
    begins anew. The log says so once an outage.
    """
    pause, is_away = FIRST_PAUSE, False
    while not stopping.is_set():
        try:
            cycle()
        except AWAY as error:
            if not is_away:
                logger.error("%s waits, and tries again until it can go on: %s", what, error)
            is_away = True
            forget()
            close_old_connections()
            stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            if is_away:
                logger.warning("%s goes on", what)
            pause, is_away = FIRST_PAUSE, False
