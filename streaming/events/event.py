"""The playback event: what a player says, in the form that every client writes and every consumer reads."""

import json
import uuid
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

# Clocks of phones run ahead; an event from further in the future is a mistake.
CLOCK_SKEW = timedelta(minutes=10)
# The archive opened in 2009: no play of it is older.
OLDEST = datetime(2009, 1, 1, tzinfo=UTC)
# The longest position or duration taken, in milliseconds: a day.
LONGEST_MS = 24 * 60 * 60 * 1000


class Kind(StrEnum):
    STARTED = "started"
    PROGRESS = "progress"
    FINISHED = "finished"
    SKIPPED = "skipped"
    LIKED = "liked"
    UNLIKED = "unliked"
    BANNED = "banned"
    UNBANNED = "unbanned"
    SEARCHED = "searched"

    @property
    def is_play(self) -> bool:
        return self in (Kind.STARTED, Kind.PROGRESS, Kind.FINISHED, Kind.SKIPPED)

    @property
    def is_news(self) -> bool:
        """Whether it says by itself something of what its listener likes; how far a play has come may or may not."""
        return self not in (Kind.PROGRESS, Kind.SEARCHED)


class EventError(ValueError):
    """An event that cannot be taken: `field` names what is wrong with it."""

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, kw_only=True)
class PlaybackEvent:
    """One event, keyed on the log by its listener so that one listener's events stay in order.

    `play_id` joins the events of one playing of a track. Every effect of an event is an upsert on `event_id` or
    `play_id`, so that a repeat changes nothing. Times are UTC. `request_id` is that of the HTTP request it came by: log
    lines of all that follows carry it (`streaming/request_id.py`).
    """

    event_id: uuid.UUID
    kind: Kind
    listener_id: uuid.UUID
    occurred_at: datetime
    received_at: datetime
    session_id: uuid.UUID | None = None
    play_id: uuid.UUID | None = None
    track_id: int | None = None
    position_ms: int = 0
    played_ms: int = 0
    duration_ms: int = 0
    source: str = ""
    recommendation_id: uuid.UUID | None = None
    query: str = ""
    request_id: str = ""

    def to_json(self) -> str:
        """ISO 8601 with milliseconds for times; what is empty is left out."""
        values = ((name, getattr(self, name)) for name in _NAMES)
        return json.dumps({name: _plain(value) for name, value in values if value is not None and value != ""})

    @classmethod
    def from_json(cls, text: str) -> "PlaybackEvent":
        """The event of a log record; raises EventError for what is none."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise EventError("record", _("is not JSON: {error}").format(error=error)) from None
        if not isinstance(data, dict):
            raise EventError("record", _("is not a JSON object"))
        return cls.parse(
            data,
            listener_id=_uuid(data, "listener_id"),
            received_at=_time(data, "received_at"),
            request_id=_text(data, "request_id", 64),
        )

    @classmethod
    def parse(
        cls, data: dict, *, listener_id: uuid.UUID, received_at: datetime, request_id: str = ""
    ) -> "PlaybackEvent":
        """An event from a client's JSON; sender, time and request are known to the server, and not taken from it.

        Raises EventError for an unknown kind or field, a malformed id, number or time, a time in the future.
        """
        unknown = data.keys() - _FIELDS
        if unknown:
            raise EventError(writable(sorted(unknown)[0]), _("is not a field of a playback event"))
        kind = _kind(data)
        event = cls(
            event_id=_uuid(data, "event_id"),
            kind=kind,
            listener_id=listener_id,
            occurred_at=_occurred_at(data, received_at),
            received_at=received_at,
            session_id=_optional_uuid(data, "session_id"),
            play_id=_optional_uuid(data, "play_id"),
            track_id=None if kind is Kind.SEARCHED else _track_id(data),
            position_ms=_milliseconds(data, "position_ms"),
            played_ms=_milliseconds(data, "played_ms"),
            duration_ms=_milliseconds(data, "duration_ms"),
            source=_text(data, "source", 100),
            recommendation_id=_optional_uuid(data, "recommendation_id"),
            query=_text(data, "query", 200),
            request_id=request_id,
        )
        if kind is Kind.SEARCHED and not event.query:
            raise EventError("query", _("is missing: a searched event says what was searched for"))
        if kind.is_play and event.play_id is None:
            text = _("is missing: a UUID that is the same from started to finished or skipped")
            raise EventError("play_id", text)
        return event


_NAMES = [field.name for field in fields(PlaybackEvent)]
_FIELDS = set(_NAMES)


def writable(text: str) -> str:
    """The beginning of what a client sent, as a text that can be written down: JSON may hold halves of characters."""
    return text[:60].encode("utf-8", "backslashreplace").decode()


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value) if isinstance(value, uuid.UUID) else value


def _kind(data: dict) -> Kind:
    try:
        return Kind(data.get("kind"))
    except ValueError:
        text = _("{value} is unknown; one of {known} is meant")
        raise EventError("kind", text.format(value=_shown(data.get("kind")), known=", ".join(Kind))) from None


def _uuid(data: dict, field: str) -> uuid.UUID:
    value = _optional_uuid(data, field)
    if value is None:
        raise EventError(field, _("is missing: a UUID is needed"))
    return value


def _optional_uuid(data: dict, field: str) -> uuid.UUID | None:
    value = data.get(field)
    if value is None:
        return None
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise EventError(field, _("{value} is not a UUID").format(value=_shown(value))) from None


def _track_id(data: dict) -> int:
    value = data.get("track_id")
    # The bound is SQLite's and PostgreSQL's largest integer.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise EventError("track_id", _("{value} is not the number of a track").format(value=_shown(value)))
    return value


def _milliseconds(data: dict, field: str) -> int:
    value = data.get(field, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_MS:
        text = _("{value} is not a whole number of milliseconds from 0 to {most}")
        raise EventError(field, text.format(value=_shown(value), most=LONGEST_MS))
    return value


def _text(data: dict, field: str, longest: int) -> str:
    value = data.get(field, "")
    if not isinstance(value, str) or len(value) > longest:
        text = _("{value} is not a text of at most {longest} characters")
        raise EventError(field, text.format(value=_shown(value), longest=longest))
    try:
        value.encode()
    except UnicodeEncodeError:
        text = _("{value} holds half of a character (a lone surrogate)")
        raise EventError(field, text.format(value=_shown(value))) from None
    return value.replace("\x00", "")


def _time(data: dict, field: str) -> datetime:
    value = data.get(field)
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        text = _("{value} is not a time such as 2026-01-31T12:00:00.000Z")
        raise EventError(field, text.format(value=_shown(value))) from None
    if time.tzinfo is None:
        text = _("{value} has no time zone: end it with Z for UTC")
        raise EventError(field, text.format(value=_shown(value)))
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise EventError(field, _("{value} is out of range").format(value=_shown(value))) from None


def _occurred_at(data: dict, received_at: datetime) -> datetime:
    time = _time(data, "occurred_at")
    if time > received_at + CLOCK_SKEW:
        raise EventError("occurred_at", _("{value} lies in the future").format(value=_shown(data["occurred_at"])))
    if time < OLDEST:
        text = _("{value} is before {year}")
        raise EventError("occurred_at", text.format(value=_shown(data["occurred_at"]), year=OLDEST.year))
    return time


def _shown(value) -> str:
    """A bad value as an error message may show it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
