"""The Celery application; `workers/tasks.py` holds its tasks and `workers/schedule.py` says when they run."""

import os

from billiard import current_process
from celery import Celery
from celery.signals import task_prerun, worker_process_init
from django.db import close_old_connections

from musicapp import backends

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")

app = Celery("musicapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def keep_connection(**kwargs: object) -> None:
    """Each process of a worker keeps a connection to the database, in the place of a pool."""
    # A worker that is a thread of the service says that it begins, too.
    if current_process().name != "MainProcess":
        backends.keep_one_connection()


@task_prerun.connect
def look_at_connection(**kwargs: object) -> None:
    """One that the database has ended is replaced."""
    close_old_connections()
