"""What listeners wanted forgotten, kept out of everything that is made of events, and taken out of where they are kept.

The transaction that clears the tables leaves a row (`streaming/models/erasure.py`). From then on no consumer saves the
events that it names, though they wait in the log or in a batch that was read before. `finish` takes them out of the log
and out of the lake; whoever runs it may be killed at any point, and it goes on at the next call.
"""

import logging
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from streaming.events import Kind, PlaybackEvent, event_log
from streaming.lake import lake
from streaming.models import Erasure

logger = logging.getLogger(__name__)

VERDICTS = (Kind.LIKED, Kind.UNLIKED, Kind.BANNED, Kind.UNBANNED)
HISTORY = tuple(kind for kind in Kind if kind not in VERDICTS)


class Erasures:
    """What some listeners wanted forgotten, as it is known now."""

    def __init__(self, listener_ids: Iterable[uuid.UUID]) -> None:
        self._of = Erasure.objects.in_bulk(set(listener_ids))

    def cover(self, event: PlaybackEvent) -> bool:
        """Whether this event, by the listener that it came with, is to be forgotten."""
        erasure = self._of.get(event.listener_id)
        return erasure is not None and _covers(erasure, event)


def request(listener_ids: Collection[uuid.UUID], *, verdicts: bool) -> datetime:
    """Have forgotten what came until now: plays and searches, and likes and bans too with `verdicts`.

    Call it in the transaction that clears the tables, and after its first write: who saves events waits for its end.
    """
    now = timezone.now()
    for listener_id in listener_ids:
        # Where the log ends is asked later: it may be away, and nobody who clears their history is to wait for it.
        said = {"history_until": now, "log_end": {}, "done_at": None}
        if verdicts:
            said["verdicts_until"] = now
        Erasure.objects.update_or_create(pk=listener_id, defaults=said)
    return now


def unfinished(since: datetime) -> list[uuid.UUID]:
    """Whoever may have events in the lake that count for nothing, for a reader of it who began at `since`."""
    pending = Erasure.objects.filter(Q(done_at=None) | Q(done_at__gte=since))
    return list(pending.values_list("pk", flat=True))


def finish() -> int:
    """Take what is to be forgotten out of the log and the lake; returns how many erasures are done with that.

    One whose events the lake has yet to get waits for the next call. Raises EventLogUnavailable, and LakeUnavailable
    when the log is done.
    """
    pending = list(Erasure.objects.filter(done_at=None).order_by("history_until", "verdicts_until"))
    for erasure in pending:
        event_log().erase(erasure.pk, lambda event, erasure=erasure: _covers(erasure, event))
    ready = _held_by_lake(pending) if pending else []
    for times, erasures in groupby(ready, key=lambda erasure: (erasure.history_until, erasure.verdicts_until)):
        _forget_in_lake([erasure.pk for erasure in erasures], *times)
    return len(ready)


def _held_by_lake(pending: list[Erasure]) -> list[Erasure]:
    """Those whose events the lake holds already, if it is to get them at all.

    A writer may have read them before the erasure and adds them after it, but none that lie behind the log's end as it
    was at any time since.
    """
    ends = {event_log().partition_name(number): end for number, end in event_log().ends().items()}
    for erasure in pending:
        if erasure.log_end.keys() != ends.keys():
            erasure.log_end = ends
            # Not of one that was asked for anew meanwhile.
            Erasure.objects.filter(pk=erasure.pk, history_until=erasure.history_until).update(log_end=ends)
    held = lake().offsets(ends)
    return [one for one in pending if all(end <= held[name] for name, end in one.log_end.items())]


def _forget_in_lake(listener_ids: list[uuid.UUID], history_until: datetime, verdicts_until: datetime | None) -> None:
    if verdicts_until == history_until:
        events = lake().forget(listener_ids, until=history_until)
    else:
        events = lake().forget(listener_ids, kinds=HISTORY, until=history_until)
        if verdicts_until is not None:
            events += lake().forget(listener_ids, kinds=VERDICTS, until=verdicts_until)
    # Not one that was asked for anew meanwhile.
    Erasure.objects.filter(pk__in=listener_ids, history_until=history_until).update(done_at=timezone.now())
    logger.info("%d events of %d listeners are forgotten", events, len(listener_ids))


def _covers(erasure: Erasure, event: PlaybackEvent) -> bool:
    until = erasure.verdicts_until if event.kind in VERDICTS else erasure.history_until
    return until is not None and event.received_at <= until
