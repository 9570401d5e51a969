"""Where tasks run, and when the periodic ones do (Celery beat).

Each looks whether there is anything to do, and mostly there is not. A run that found no free worker before the next one
is due expires: the next does its work.
"""

from datetime import timedelta

from celery.schedules import crontab

# A queue has workers of its own: a refresh, which goes to the default queue, never waits behind these.
ROUTES = {
    "workers.tasks.hear_new_tracks": {"queue": "features"},
    "workers.tasks.measure_new_sounds": {"queue": "features"},
    "workers.tasks.train": {"queue": "training"},
    "workers.tasks.train_all": {"queue": "training"},
    "workers.tasks.compact_lake": {"queue": "training"},
    "workers.tasks.prune_recommendations": {"queue": "training"},
    "workers.tasks.sweep_features": {"queue": "features"},
}

SCHEDULE = {
    "refresh stale": {
        "task": "workers.tasks.refresh_stale",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "hear new tracks": {
        "task": "workers.tasks.hear_new_tracks",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "measure new sounds": {
        "task": "workers.tasks.measure_new_sounds",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "train": {
        "task": "workers.tasks.train",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "train all": {
        "task": "workers.tasks.train_all",
        "schedule": crontab(hour="2", minute="30"),
    },
    "compact the lake": {
        "task": "workers.tasks.compact_lake",
        "schedule": crontab(hour="3", minute="30"),
    },
    "prune recommendations": {
        "task": "workers.tasks.prune_recommendations",
        "schedule": crontab(hour="4", minute="0"),
    },
    "sweep features": {
        "task": "workers.tasks.sweep_features",
        "schedule": crontab(hour="4", minute="15"),
    },
}
