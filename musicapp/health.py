"""`/healthz`: the process answers. `/readyz`: so do the parts it needs, each with the reason where it does not."""

import os
import shutil
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from musicapp.celery import app
from recommender.features.store import FeatureStoreUnavailable, feature_store
from streaming.events import EventLogUnavailable, event_log

# Bytes below which a disk counts as full: a model and a day of events still fit.
LEAST_SPACE = 200 * 2**20
# Which vectors are counted to see whether the store answers.
FAMILY = "fma"
# Seconds for the broker of tasks to answer.
PATIENCE = 2.0


class NotReady(Exception):
    """Why a part does not answer."""


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 where pages cannot be served: without the database or room on the disk. Other parts may be away for a while,
    and are said to be: music plays on without them, and events wait on this disk."""
    parts = {name: _ask(check) for name, check in CHECKS.items()}
    is_ready = all(parts[name]["ok"] for name in NEEDED)
    return JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503)


def _ask(check: Callable[[], None]) -> dict:
    started = time.perf_counter()
    try:
        check()
        problem = ""
    except (DatabaseError, OperationalError, EventLogUnavailable, FeatureStoreUnavailable, OSError, NotReady) as error:
        problem = f"{type(error).__name__}: {error}"
    return {"ok": not problem, "ms": round(1000 * (time.perf_counter() - started), 1)} | (
        {"reason": problem} if problem else {}
    )


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _disk() -> None:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < LEAST_SPACE:
        raise NotReady(f"{free // 2**20} MiB are free on the disk of VAR_DIR")
    if not os.access(settings.VAR_DIR, os.W_OK):
        raise NotReady("VAR_DIR cannot be written to")


def _event_log() -> None:
    event_log().ends()


def _broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE, interval_start=0)


def _cache() -> None:
    cache.set("readyz", 1, 5)
    if cache.get("readyz") != 1:
        raise NotReady("what was put into it is not there")


def _feature_store() -> None:
    feature_store().count(FAMILY)


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "disk": _disk,
    "event_log": _event_log,
    "task_broker": _broker,
    "cache": _cache,
    "feature_store": _feature_store,
}
NEEDED = ("database", "disk")
