"""The event log: what every player says, kept in order and read by the workers."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from streaming.events.base import EventConsumer, EventLog, Record
from streaming.events.embedded import EmbeddedEventLog
from streaming.events.event import EventError, Kind, PlaybackEvent

__all__ = ["EventConsumer", "EventError", "EventLog", "Kind", "PlaybackEvent", "Record", "event_log"]


@cache
def event_log() -> EventLog:
    """The log that EVENT_LOG_URL names."""
    scheme = settings.EVENT_LOG_URL.partition(":")[0]
    if scheme == "embedded":
        return EmbeddedEventLog()
    raise ImproperlyConfigured(f"EVENT_LOG_URL is {settings.EVENT_LOG_URL!r}; its scheme must be 'embedded'")
