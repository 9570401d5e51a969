"""Refreshes that wait in Celery's queue: one a listener, whichever process asks."""

import logging
import uuid
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# By name: whoever asks need not load all that the tasks load.
TASK = "workers.tasks.refresh_listener"
# Seconds after which a request counts as lost with its queue, and another may be made.
PENDING = 5
# Whoever this process could not ask for, as the broker was away: asked for with the next. What dies with the process
# is found by `store.stale_listeners`.
_missed: set[uuid.UUID] = set()


def ask(listener_ids: Iterable[uuid.UUID], request_ids: Mapping[uuid.UUID, str] = MappingProxyType({})) -> None:
    """Ask for a refresh of each, but of those for whom a request waits, which will see what has happened since too.

    `request_ids` are those of the HTTP requests that led to it, by listener, where they are known.
    Never fails for want of a broker: events are saved by now, and shelves can wait.
    """
    wanted = {*listener_ids, *_missed}
    while wanted:
        listener_id = wanted.pop()
        if not claim(listener_id):
            continue
        try:
            current_app.send_task(TASK, [str(listener_id), request_ids.get(listener_id, "")])
        except OperationalError as error:
            if not _missed:
                logger.error("Celery's broker is away, and refreshes are asked for later: %s", error)
            cache.delete(_key(listener_id))
            _missed.update(wanted, [listener_id])
            return
        _missed.discard(listener_id)


def claim(listener_id: uuid.UUID) -> bool:
    """Whether to ask: False while an earlier request still waits."""
    return cache.add(_key(listener_id), True, PENDING)


def begun(listener_id: uuid.UUID) -> None:
    """The request waits no more: an event from now on asks for another refresh."""
    cache.delete(_key(listener_id))


def _key(listener_id: uuid.UUID) -> str:
    return f"refresh-pending:{listener_id}"
