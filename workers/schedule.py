"""Where tasks run, and when the periodic ones do (Celery beat).

Each looks whether there is anything to do, and mostly there is not. A run that found no free worker before the next one
is due expires: the next does its work.
"""

from datetime import timedelta

from celery.schedules import crontab

# A queue has workers of its own: a refresh, which goes to the default queue, never waits behind these.
ROUTES = {
    "workers.tasks.hear_new_tracks": {"queue": "features"},
    "workers.tasks.train": {"queue": "training"},
    "workers.tasks.prune_recommendations": {"queue": "training"},
}

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
