"""Making one listener's shelves anew, with at most one request of a listener waiting in the queue."""

import uuid

from django.core.cache import cache

from recommender import live, online

# A request lost with its queue is forgotten after this many seconds.
PENDING = 60


def claim(listener_id: uuid.UUID) -> bool:
    """Whether to ask for a refresh: False while an earlier request still waits, which will see this event too."""
    return cache.add(_key(listener_id), True, PENDING)


def run(listener_id: uuid.UUID) -> None:
    # First, so that an event that comes while this refresh reads the plays asks for another one.
    cache.delete(_key(listener_id))
    online.refresh(listener_id)
    live.tell(listener_id)


def _key(listener_id: uuid.UUID) -> str:
    return f"refresh-pending:{listener_id}"
