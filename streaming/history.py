"""Events made history: plays, likes, bans and searches, each saved by upsert so that a repeat changes nothing."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from streaming.erasures import Erasures
from streaming.events import Kind, PlaybackEvent
from streaming.models import Ban, Like, Listener, Play, Search, Track
from streaming.models.library import Verdict

VERDICTS = {
    Kind.LIKED: (Like, True),
    Kind.UNLIKED: (Like, False),
    Kind.BANNED: (Ban, True),
    Kind.UNBANNED: (Ban, False),
}
# A player tells every few seconds how far a play has come. It says something new of taste where the track counts as
# heard: as scrobbling has it, from half of it on, or from four minutes of a long one (https://www.last.fm/api/scrobbling).
HEARD_SHARE = 0.5
HEARD_MS = 4 * 60 * 1000
# The last word on a play: a late `progress` does not reopen it.
ENDINGS = {Kind.FINISHED: Play.Outcome.FINISHED, Kind.SKIPPED: Play.Outcome.SKIPPED}


@transaction.atomic
def save(events: Sequence[PlaybackEvent]) -> set[uuid.UUID]:
    """Save events in their order; returns the listeners of whom they say something new.

    Those of deleted tracks are left out, and those that their listener has had forgotten since. The listeners of events
    that come again are returned again, but of those that only tell how far a play has come.
    """
    erased = Erasures(event.listener_id for event in events)
    events = _of_known_tracks(_merged([event for event in events if not erased.cover(event)]))
    if not events:
        return set()
    Listener.objects.bulk_create([Listener(id=pk) for pk in {e.listener_id for e in events}], ignore_conflicts=True)
    moved = {event.listener_id for event in events if event.kind.is_news}
    moved |= _save_plays([event for event in events if event.kind.is_play])
    for verdict in (Like, Ban):
        _save_verdicts(verdict, [e for e in events if e.kind in VERDICTS and VERDICTS[e.kind][0] is verdict])
    Search.objects.bulk_create(
        [
            Search(id=e.event_id, listener_id=e.listener_id, query=e.query, at=e.occurred_at)
            for e in events
            if e.kind is Kind.SEARCHED
        ],
        ignore_conflicts=True,
    )
    # When it became known here: what waited in an outbox is older than shelves which lack it.
    Listener.objects.filter(pk__in=moved).update(last_event_at=timezone.now())
    return moved


def _merged(events: Sequence[PlaybackEvent]) -> list[PlaybackEvent]:
    """Events of an anonymous listener who has since signed in are the user's."""
    merged = dict(
        Listener.objects.filter(pk__in={e.listener_id for e in events}, merged_into__isnull=False).values_list(
            "pk", "merged_into"
        )
    )
    return [replace(e, listener_id=merged[e.listener_id]) if e.listener_id in merged else e for e in events]


def _of_known_tracks(events: Iterable[PlaybackEvent]) -> list[PlaybackEvent]:
    events = list(events)
    known = set(
        Track.objects.order_by().filter(pk__in={e.track_id for e in events if e.track_id}).values_list("pk", flat=True)
    )
    return [e for e in events if e.track_id is None or e.track_id in known]


def _save_plays(events: Sequence[PlaybackEvent]) -> set[uuid.UUID]:
    """Returns the listeners of plays that are new, or count as heard now."""
    plays = Play.objects.in_bulk({event.play_id for event in events})
    before = {play.pk: _is_heard(play) for play in plays.values()}
    # A play belongs to whoever began it: nobody adds to another listener's.
    for event in events:
        play = plays.get(event.play_id)
        if play is None:
            plays[event.play_id] = _begun(event)
        elif play.listener_id == event.listener_id and play.track_id == event.track_id:
            _go_on(play, event)
    Play.objects.bulk_create(
        list(plays.values()),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "outcome", "started_at", "last_event_at", "played_ms", "duration_ms", "source", "recommendation_id"
        ],
    )  # fmt: skip
    return {play.listener_id for play in plays.values() if before.get(play.pk) != _is_heard(play)}


def _is_heard(play: Play) -> bool:
    return play.played_ms >= min(HEARD_SHARE * max(play.duration_ms, 1), HEARD_MS)


def _begun(event: PlaybackEvent) -> Play:
    return Play(
        id=event.play_id,
        listener_id=event.listener_id,
        track_id=event.track_id,
        session_id=event.session_id,
        outcome=ENDINGS.get(event.kind, Play.Outcome.PLAYING),
        started_at=event.occurred_at,
        last_event_at=event.occurred_at,
        played_ms=event.played_ms,
        duration_ms=event.duration_ms,
        source=event.source,
        recommendation_id=event.recommendation_id,
    )


def _go_on(play: Play, event: PlaybackEvent) -> None:
    play.started_at = min(play.started_at, event.occurred_at)
    play.last_event_at = max(play.last_event_at, event.occurred_at)
    play.played_ms = max(play.played_ms, event.played_ms)
    play.duration_ms = max(play.duration_ms, event.duration_ms)
    play.source = play.source or event.source
    play.recommendation_id = play.recommendation_id or event.recommendation_id
    if play.outcome == Play.Outcome.PLAYING:
        play.outcome = ENDINGS.get(event.kind, play.outcome)


def _save_verdicts(verdict: type[Verdict], events: Sequence[PlaybackEvent]) -> None:
    """Of what a listener said of a track, the last word holds."""
    last = {(event.listener_id, event.track_id): event for event in events}
    held = [event for event in last.values() if VERDICTS[event.kind][1]]
    verdict.objects.bulk_create(
        [verdict(listener_id=e.listener_id, track_id=e.track_id, at=e.occurred_at) for e in held],
        update_conflicts=True,
        unique_fields=["listener", "track"],
        update_fields=["at"],
    )
    for event in last.values():
        if not VERDICTS[event.kind][1]:
            verdict.objects.filter(listener_id=event.listener_id, track_id=event.track_id).delete()
