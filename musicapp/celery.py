"""The Celery application; `workers/tasks.py` holds its tasks and `workers/schedule.py` says when they run."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")

app = Celery("musicapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
