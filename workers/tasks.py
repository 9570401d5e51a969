"""Celery tasks: each is a line over the function that does the work."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from celery import shared_task

from recommender import store
from streaming import sounds
from streaming.lake import lake
from streaming.models import Listener
from streaming.request_id import working_on
from workers import learning, refresh, waiting

# Tracks measured in one go; the next run goes on.
SOUNDS = 256
# How far back lost refreshes are looked for; older ones come with the listener's next event.
RECENT = timedelta(minutes=2)


@shared_task
def refresh_listener(listener_id: str, request_id: str = "") -> None:
    with working_on(request_id):
        refresh.run(uuid.UUID(listener_id))


@shared_task
def refresh_stale() -> None:
    """What was asked for and lost, with a broker or a worker that was killed."""
    request_refreshes(store.stale_listeners(RECENT))


@shared_task
def hear_new_tracks() -> None:
    learning.hear_new_tracks()


@shared_task
def measure_new_sounds() -> None:
    sounds.measure_missing(SOUNDS)


@shared_task
def train() -> None:
    request_refreshes(learning.train_if_due())
    # Afterwards, as nobody waits for it.
    learning.track()


@shared_task
def train_all() -> None:
    request_refreshes(learning.train_all())
    learning.track()


@shared_task
def compact_lake() -> None:
    lake().compact()


@shared_task
def prune_recommendations() -> None:
    store.prune()


@shared_task
def sweep_features() -> None:
    learning.sweep_features()


def request_refreshes(
    listeners: Iterable[uuid.UUID], request_ids: Mapping[uuid.UUID, str] = MappingProxyType({})
) -> None:
    """Nobody looks at the shelves of a simulated listener: those are left out."""
    listeners = set(listeners)
    simulated = Listener.objects.filter(pk__in=listeners, is_simulated=True).values_list("pk", flat=True)
    waiting.ask(listeners.difference(simulated), request_ids)
