"""Celery tasks: each is a line over the function that does the work."""

import uuid
from collections.abc import Iterable

from celery import shared_task

from recommender import store
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


@shared_task
def prune_recommendations() -> None:
    store.prune()


def request_refreshes(listeners: Iterable[uuid.UUID]) -> None:
    for listener_id in listeners:
        if refresh.claim(listener_id):
            refresh_listener.delay(str(listener_id))
