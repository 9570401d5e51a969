"""When the periodic tasks run (Celery beat). Each looks whether there is anything to do, and mostly there is not.

A run that found no free worker before the next one is due expires: the next does its work.
"""

from datetime import timedelta

from celery.schedules import crontab

SCHEDULE = {
    "hear new tracks": {
        "task": "workers.tasks.hear_new_tracks",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "train": {
        "task": "workers.tasks.train",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "prune recommendations": {
        "task": "workers.tasks.prune_recommendations",
        "schedule": crontab(hour="4", minute="0"),
    },
}
