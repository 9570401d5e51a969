"""From the URLs of the environment to what Django, Channels and Celery want to know of each part.

Each raises ImproperlyConfigured, naming the variable, for a URL that nothing here can use. Passwords are not shown.
"""

import re
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

REDIS = ("redis", "rediss")
# Seconds that a page waits for a Redis that does not answer.
REDIS_PATIENCE = 1.0
# Connections to PostgreSQL that one process may have: more than a web process has threads.
MOST_CONNECTIONS = 20


def database(url: str, var_dir: Path) -> dict[str, Any]:
    """The database; SQLite in `var_dir` where the URL is empty."""
    try:
        found = dj_database_url.parse(url or f"sqlite:///{var_dir / 'db.sqlite3'}")
    except ValueError:
        raise _wrong("DATABASE_URL", url, "sqlite:////absolute/path or postgres://USER:PASSWORD@HOST/NAME") from None
    if found["ENGINE"] == "django.db.backends.sqlite3":
        return found | _sqlite(var_dir)
    if found["ENGINE"] == "django.db.backends.postgresql":
        return found | _postgresql(found.get("OPTIONS", {}))
    raise _wrong("DATABASE_URL", url, "sqlite:////absolute/path or postgres://USER:PASSWORD@HOST/NAME")


def _sqlite(var_dir: Path) -> dict[str, Any]:
    return {
        "OPTIONS": {
            # A transaction takes the write lock at its start: one that read first could not be retried.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: what is acknowledged survives a power cut too, not only a killed process.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
                "PRAGMA mmap_size=268435456; PRAGMA cache_size=-20000;"
            ),
        },
        # A file, not SQLite's memory: the tests' consumer and workers are threads with connections of their own.
        "TEST": {"NAME": var_dir / "test.sqlite3"},
    }


def _postgresql(options: dict[str, Any]) -> dict[str, Any]:
    """A pool in each process: its connections are handed from thread to thread, so that there are no more of them than
    threads at work. One that died with the server is replaced."""
    pool = {"min_size": 1, "max_size": MOST_CONNECTIONS, "timeout": 5, "max_idle": 60}
    return {"OPTIONS": {"connect_timeout": 5, **options, "pool": pool}, "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 0}


def keep_connections() -> None:
    """For a server whose threads stay: each keeps its connection from request to request. A pool keeps them already."""
    database = connections.settings[DEFAULT_DB_ALIAS]
    if "pool" not in database["OPTIONS"]:
        database["CONN_MAX_AGE"] = 600


def keep_one_connection() -> None:
    """For a process that does one thing at a time: no pool, and its connection stays."""
    database = connections.settings[DEFAULT_DB_ALIAS]
    database["OPTIONS"].pop("pool", None)
    database["CONN_MAX_AGE"] = 600


def cache(url: str) -> dict[str, Any]:
    if url == "memory:":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    _redis("CACHE_URL", url)
    return {
        "BACKEND": "streaming.cache.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "musicapp",
        "OPTIONS": {"socket_connect_timeout": REDIS_PATIENCE, "socket_timeout": REDIS_PATIENCE},
    }


def channel_layer(url: str) -> dict[str, Any]:
    if url == "memory:":
        return {"BACKEND": "workers.channel_layer.EmbeddedChannelLayer"}
    _redis("CHANNEL_LAYER_URL", url)
    return {
        "BACKEND": "workers.channel_layer.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": url, "socket_connect_timeout": REDIS_PATIENCE}], "prefix": "musicapp"},
    }


def broker_options(url: str) -> dict[str, Any]:
    """Celery's transport options."""
    if url.startswith("memory:"):
        # The in-process queue is polled: its default of once a second would be the whole delay of a refresh.
        return {"polling_interval": 0.01}
    _redis("CELERY_BROKER_URL", url, embedded="memory://localhost")
    return {
        "socket_connect_timeout": REDIS_PATIENCE,
        "socket_timeout": 5 * REDIS_PATIENCE,
        "socket_keepalive": True,
        # What a worker takes is gone from the queue. Keeping it there until it is done would bring it back an hour
        # late, while what is lost with a worker is found within seconds; and a broker that goes meanwhile would end
        # the worker, which could not give back what it holds.
        "ack_emulation": False,
        # Other parts may share this Redis.
        "global_keyprefix": "celery:",
    }


def check_shared(*, broker: str, cache: str, channel_layer: str) -> None:
    """Workers of a Redis broker are other processes: what is in this one's memory, they never see."""
    if broker.startswith("memory:"):
        return
    for name, url in (("CACHE_URL", cache), ("CHANNEL_LAYER_URL", channel_layer)):
        if url == "memory:":
            raise ImproperlyConfigured(
                f"CELERY_BROKER_URL is {shown(broker)!r}, whose workers are processes of their own, but {name} is "
                f"'memory:', which no other process can see: set {name} to redis://HOST:PORT/NUMBER too"
            )


def shown(url: str) -> str:
    return re.sub(r"(//[^/@]*?):[^/@]*@", r"\1:…@", url)


def _redis(name: str, url: str, embedded: str = "memory:") -> None:
    if url.partition("://")[0] not in REDIS or not url.partition("://")[2]:
        raise _wrong(name, url, f"{embedded} or redis://[:PASSWORD@]HOST[:PORT]/NUMBER")


def _wrong(name: str, url: str, right: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {shown(url)!r}; it must be {right}")
