import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from streaming.events import EventError, Kind, PlaybackEvent

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LISTENER = uuid.UUID("018f0000-0000-7000-8000-000000000001")


def payload(**changes) -> dict:
    return {
        "event_id": "018f0000-0000-7000-8000-00000000000a",
        "kind": "finished",
        "play_id": "018f0000-0000-7000-8000-00000000000b",
        "session_id": "018f0000-0000-7000-8000-00000000000c",
        "track_id": 12,
        "position_ms": 30_000,
        "played_ms": 29_500,
        "duration_ms": 30_000,
        "source": "album:3",
        "recommendation_id": None,
        "occurred_at": "2026-11-20T11:59:59.250Z",
    } | changes


def parse(**changes) -> PlaybackEvent:
    return PlaybackEvent.parse(payload(**changes), listener_id=LISTENER, received_at=NOW)


def test_fields_are_read():
    event = parse()
    assert event.kind is Kind.FINISHED
    assert event.track_id == 12
    assert event.played_ms == 29_500
    assert event.occurred_at == datetime(2026, 11, 20, 11, 59, 59, 250_000, tzinfo=UTC)
    assert event.received_at == NOW


def test_json_there_and_back():
    event = parse(source="shelf:for-you", recommendation_id="018f0000-0000-7000-8000-00000000000d")
    assert PlaybackEvent.from_json(event.to_json()) == event
    assert json.loads(event.to_json())["occurred_at"] == "2026-11-20T11:59:59.250Z"


def test_a_time_of_another_zone_is_the_same_moment():
    assert parse(occurred_at="2026-11-20T12:59:59.250+01:00").occurred_at == parse().occurred_at


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("kind", "paused", "'paused' is unknown; one of started"),
        ("kind", None, "None is unknown"),
        ("kind", ["started"], "is unknown"),
        ("source", "half a \ud83d", "holds half of a character"),
        ("event_id", "12", "'12' is not a UUID"),
        ("event_id", None, "is missing"),
        ("event_id", 7, "7 is not a UUID"),
        ("play_id", None, "is missing"),
        ("track_id", "12", "'12' is not the number of a track"),
        ("track_id", True, "True is not the number"),
        ("track_id", 0, "0 is not the number"),
        ("track_id", 2**63, "is not the number"),
        ("position_ms", -1, "-1 is not a whole number of milliseconds"),
        ("played_ms", 1.5, "1.5 is not a whole number"),
        ("duration_ms", 10**12, "is not a whole number"),
        ("source", "x" * 101, "is not a text of at most 100"),
        ("occurred_at", "yesterday", "'yesterday' is not a time"),
        ("occurred_at", 1763640000, "is not a time"),
        ("occurred_at", "2026-11-20T11:59:59", "has no time zone"),
        ("occurred_at", "2026-11-20T12:10:01Z", "lies in the future"),
        ("occurred_at", "1970-01-01T00:00:00Z", "is before 2009"),
        ("occurred_at", "0001-01-01T00:00:00+14:00", "is out of range"),
        ("recommendation_id", "for-you", "is not a UUID"),
        ("colour", "red", "is not a field"),
    ],
)
def test_a_bad_value_is_named(field, value, said):
    with pytest.raises(EventError, match=".") as caught:
        parse(**{field: value})
    assert caught.value.field == field
    assert said in caught.value.message


def test_a_clock_slightly_ahead_is_taken():
    assert parse(occurred_at="2026-11-20T12:09:59Z").occurred_at - NOW < timedelta(minutes=10)


def test_a_search_needs_no_track_but_a_query():
    event = parse(kind="searched", query="fishin", track_id=None, play_id=None)
    assert (event.query, event.track_id) == ("fishin", None)
    with pytest.raises(EventError, match="query"):
        parse(kind="searched", query="", play_id=None)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"listener_id": 1}'])
def test_what_is_no_event_on_the_log_is_an_event_error(text):
    with pytest.raises(EventError):
        PlaybackEvent.from_json(text)
