"""What is counted while music plays; `musicapp/metrics.py` shows it. Names follow Prometheus' conventions.

Several processes of one server (gunicorn's workers, Celery's pool) share what they count through the folder that
PROMETHEUS_MULTIPROC_DIR names, which prometheus_client reads itself.
"""

import os
import time
from threading import Thread
from wsgiref.simple_server import WSGIServer

from django.core.exceptions import ImproperlyConfigured
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Time from a request to the beginning of its answer",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
EVENTS_IN = Counter("playback_events_accepted_total", "Playback events acknowledged: they are durable")
EVENTS_REJECTED = Counter("playback_events_rejected_total", "Playback events that were refused, with a reason")
EVENTS_OUT = Counter("playback_events_consumed_total", "Records of the event log whose effects are saved")
# Methods that HTTP has; what a client makes up must not make a series.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def counted() -> CollectorRegistry:
    """What this process counted, or all that share its folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


def serve(listen: str) -> tuple[WSGIServer, Thread] | None:
    """Shows what is counted at `HOST:PORT`, or nowhere where that is empty; returns the server and its thread.

    Raises ImproperlyConfigured where nothing can listen there.
    """
    if not listen:
        return None
    host, _, port = listen.rpartition(":")
    try:
        return start_http_server(int(port), addr=host, registry=counted())
    except (OSError, OverflowError) as error:
        raise ImproperlyConfigured(f"METRICS_LISTEN is {listen!r}, and nothing can listen there: {error}") from error


class MetricsMiddleware:
    """Times each request under its route's name, whatever ids its path has."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = (match.view_name or match.route) if match else "unknown"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).observe(time.perf_counter() - started)
        return response
