"""What a player says, turned into events on the log: the one way in for the pages and every API."""

import logging
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from streaming import metrics, request_id
from streaming.events import EventError, PlaybackEvent, event_log
from streaming.events.event import writable
from streaming.models import Track

logger = logging.getLogger(__name__)

# Events taken in one call.
MOST = 1000


@dataclass(frozen=True)
class Rejection:
    """Why the event at `index` of a call was not taken."""

    index: int
    event_id: str | None
    field: str
    error: str


@dataclass
class Outcome:
    accepted: list[PlaybackEvent] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def record(items: list, *, listener_id: uuid.UUID) -> Outcome:
    """Put a listener's events on the log; the good ones are durable when this returns, the bad ones are named."""
    outcome = Outcome()
    received_at = timezone.now()
    parsed = [(index, _parse(item, index, listener_id, received_at)) for index, item in enumerate(items)]
    known = _known_tracks(event for _, event in parsed if isinstance(event, PlaybackEvent))
    for index, result in parsed:
        if isinstance(result, Rejection):
            outcome.rejected.append(result)
        elif result.track_id is not None and result.track_id not in known:
            error = _("there is no track {id}").format(id=result.track_id)
            outcome.rejected.append(Rejection(index, str(result.event_id), "track_id", error))
        else:
            outcome.accepted.append(result)
    if outcome.accepted:
        event_log().append(outcome.accepted)
    metrics.EVENTS_IN.inc(len(outcome.accepted))
    metrics.EVENTS_REJECTED.inc(len(outcome.rejected))
    logger.debug("took %d events, refused %d", len(outcome.accepted), len(outcome.rejected))
    return outcome


def _parse(item, index: int, listener_id: uuid.UUID, received_at: datetime) -> PlaybackEvent | Rejection:
    if not isinstance(item, dict):
        error = _("is a {kind}, not a JSON object").format(kind=type(item).__name__)
        return Rejection(index, None, "event", error)
    event_id = item.get("event_id")
    try:
        for name in ("listener_id", "received_at", "request_id"):
            if name in item:
                raise EventError(name, _("is set by the server"))
        return PlaybackEvent.parse(
            item, listener_id=listener_id, received_at=received_at, request_id=request_id.current()
        )
    except EventError as error:
        return Rejection(index, writable(str(event_id)) if event_id else None, error.field, error.message)


def _known_tracks(events) -> set[int]:
    ids = {event.track_id for event in events if event.track_id is not None}
    return set(Track.objects.order_by().filter(pk__in=ids).values_list("pk", flat=True))
