"""Celery tasks: each is a line over the function that does the work."""

import uuid
from collections.abc import Iterable

from celery import shared_task

from recommender import store
from streaming.lake import lake
from streaming.models import Listener
from workers import learning, refresh


@shared_task
def refresh_listener(listener_id: str) -> None:
    refresh.run(uuid.UUID(listener_id))


@shared_task
def hear_new_tracks() -> None:
    learning.hear_new_tracks()


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


def request_refreshes(listeners: Iterable[uuid.UUID]) -> None:
    """Nobody looks at the shelves of a simulated listener: those are left out."""
    listeners = set(listeners)
    simulated = Listener.objects.filter(pk__in=listeners, is_simulated=True).values_list("pk", flat=True)
    for listener_id in listeners.difference(simulated):
        if refresh.claim(listener_id):
            refresh_listener.delay(str(listener_id))
