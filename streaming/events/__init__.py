"""The event log: what every player says, kept in order and read by the workers."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from streaming.events.base import DeadLetter, EventConsumer, EventLog, EventLogUnavailable, Record
from streaming.events.embedded import EmbeddedEventLog
from streaming.events.event import EventError, Kind, PlaybackEvent
from streaming.events.url import without_account

__all__ = [
    "DeadLetter",
    "EventConsumer",
    "EventError",
    "EventLog",
    "EventLogUnavailable",
    "Kind",
    "PlaybackEvent",
    "Record",
    "event_log",
]


def event_log() -> EventLog:
    """The log that EVENT_LOG_URL names, one a process."""
    return _log(settings.EVENT_LOG_URL)


@cache
def _log(url: str) -> EventLog:
    scheme = url.partition(":")[0]
    if scheme == "embedded":
        return EmbeddedEventLog()
    if scheme in ("kafka", "kafkas"):
        # Kafka's client is not loaded for whoever has no Kafka.
        return import_string("streaming.events.kafka.log.KafkaEventLog")(url, settings.VAR_DIR)
    raise ImproperlyConfigured(
        f"EVENT_LOG_URL is {without_account(url)!r}; its scheme must be 'embedded', or 'kafka' or 'kafkas' as in "
        "kafka://HOST:9092/playback-events"
    )
