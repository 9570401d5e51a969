"""What the rooms below and Celery tell, and what follows."""

from functools import partial

from billiard import current_process
from celery import current_app
from celery.signals import worker_process_init, worker_ready
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from streaming import metrics, privacy
from streaming.listeners import history_moved
from workers import refresh as refreshing
from workers import waiting


@receiver([history_moved, privacy.changed])
def refresh(sender, listener_id, **kwargs) -> None:
    transaction.on_commit(partial(waiting.ask, [listener_id]))


@worker_ready.connect
def show_metrics(**kwargs: object) -> None:
    """Of `celery worker` alone: the workers of `manage.py serve` count in its own process."""
    metrics.serve(settings.METRICS_LISTEN)


@worker_process_init.connect
def warm_up(**kwargs: object) -> None:
    """Each process of `celery worker` that makes shelves."""
    # A worker that is a thread of the service says that it begins, too.
    if current_process().name != "MainProcess" and "refresh" in current_app.amqp.queues.consume_from:
        refreshing.warm_up()
