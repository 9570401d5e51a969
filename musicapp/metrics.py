"""`/metrics` for Prometheus: what this process counted, and how the service stands, asked at each scrape.

Processes without pages show what they counted at METRICS_LISTEN (`streaming/metrics.py`).
"""

import logging
from collections.abc import Iterable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from recommender.models import ModelRun
from streaming.events import EventLogUnavailable, event_log
from streaming.metrics import counted

logger = logging.getLogger(__name__)


class Standing(Collector):
    """Gauges that are asked for instead of counted. What cannot be asked has no value: its absence is the alarm."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for ask in (self._log, self._model_ages):
            try:
                yield from ask()
            except (DatabaseError, EventLogUnavailable) as error:
                logger.warning("metrics without %s: %s", ask.__name__.strip("_"), error)

    def _log(self) -> Iterable[GaugeMetricFamily]:
        log = event_log()
        yield GaugeMetricFamily("event_outbox_depth", "Events on this disk, not yet on the log", log.waiting())
        lag = GaugeMetricFamily("event_log_lag", "Records yet to be committed", labels=["group", "partition"])
        for group, partitions in log.lag().items():
            for partition, records in partitions.items():
                lag.add_metric([group, str(partition)], records)
        yield lag
        yield GaugeMetricFamily("event_log_dead_letters", "Records that were set aside", log.dead_letters())

    def _model_ages(self) -> Iterable[GaugeMetricFamily]:
        ages = GaugeMetricFamily("model_age_seconds", "Time since the model in use was trained", labels=["algorithm"])
        now = timezone.now()
        published = ModelRun.objects.filter(status=ModelRun.Status.PUBLISHED)
        for algorithm, finished_at in published.values_list("algorithm", "finished_at"):
            ages.add_metric([algorithm], (now - finished_at).total_seconds())
        yield ages


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(counted()) + generate_latest(_standing), content_type=CONTENT_TYPE_LATEST)


_standing = CollectorRegistry()
_standing.register(Standing())
