import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from streaming.events import EventLog, PlaybackEvent, event_log
from streaming.models import LogRecord

URL = "/api/v1/events/"
pytestmark = pytest.mark.django_db


def liked(track, **changes) -> dict:
    return {
        "event_id": str(uuid.uuid4()),
        "kind": "liked",
        "track_id": track.pk,
        "occurred_at": "2026-11-01T12:00:00.000Z",
    } | changes


def post(client, body):
    return client.post(URL, body, content_type="application/json")


def logged() -> list[PlaybackEvent]:
    records = event_log().consumer(str(uuid.uuid4())).poll(max_records=2000, timeout=0)
    return [PlaybackEvent.from_json(record.value) for record in records]


def test_one_event_is_on_the_log_when_answered(client, track):
    body = liked(track)
    response = post(client, body)
    assert (response.status_code, response.json()) == (202, {"accepted": 1, "rejected": []})
    assert [str(event.event_id) for event in logged()] == [body["event_id"]]


def test_a_repeat_changes_nothing(client, track):
    body = liked(track)
    assert post(client, body).status_code == post(client, [body, body]).status_code == 202
    assert len(logged()) == 1


def test_a_thousand_at_once_and_no_more(client, track):
    assert post(client, [liked(track) for _ in range(1000)]).json()["accepted"] == 1000
    response = post(client, [liked(track) for _ in range(1001)])
    assert response.status_code == 400
    assert "1001 events in one call; from 1 to 1000" in response.json()["error"]
    assert post(client, []).status_code == 400
    assert LogRecord.objects.count() == 1000


def test_one_bad_of_a_thousand_is_named_and_the_others_are_taken(client, track):
    events = [liked(track) for _ in range(1000)]
    events[417]["kind"] = "paused"
    response = post(client, events)
    assert response.status_code == 202
    answer = response.json()
    assert answer["accepted"] == 999
    assert [(r["index"], r["event_id"], r["field"]) for r in answer["rejected"]] == [
        (417, events[417]["event_id"], "kind")
    ]
    assert len(logged()) == 999


def test_an_unknown_track_is_named(client, track):
    response = post(client, liked(track, track_id=track.pk + 1))
    assert response.status_code == 400
    assert response.json()["rejected"][0]["error"] == f"there is no track {track.pk + 1}"
    assert logged() == []


@pytest.mark.parametrize("body", ['{"event_id": ', "[1, null]", '"text"', "7"])
def test_what_is_no_event_is_refused(client, body):
    assert post(client, body).status_code == 400
    assert logged() == []


def test_the_server_says_whose_event_it_is(client, track, listener):
    response = post(client, liked(track, listener_id=str(listener.pk)))
    assert response.status_code == 400
    assert response.json()["rejected"][0]["field"] == "listener_id"


def test_events_of_a_browser_without_a_page_stay_together(client, track):
    post(client, liked(track))
    post(client, liked(track))
    assert len({event.listener_id for event in logged()}) == 1


def test_a_signed_in_browser_needs_the_csrf_token(track, django_user_model):
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.create_user("ada"))
    assert post(client, liked(track)).status_code == 403
    assert logged() == []


def test_other_methods_and_forms_are_refused(client):
    assert client.get(URL).status_code == 405
    assert client.post(URL, {"kind": "liked"}).status_code == 415


@pytest.fixture
def log_away(settings) -> Iterator[EventLog]:
    """A log on Kafka whose brokers are not there."""
    settings.EVENT_LOG_URL = f"kafka://127.0.0.1:1/events-{uuid.uuid4()}"
    yield event_log()
    event_log().close()


def test_while_the_log_is_away_events_are_taken_and_kept_on_this_machine(client, track, log_away):
    response = post(client, [liked(track) for _ in range(100)])
    assert (response.status_code, response.json()["accepted"]) == (202, 100)
    assert log_away.waiting() == 100
    assert client.get("/").status_code == 200


def test_where_they_cannot_be_kept_either_nothing_is_acknowledged(client, track, log_away, state):
    (state / f"outbox-{log_away.address.topic}.sqlite3").mkdir()
    response = post(client, liked(track))
    assert response.status_code == 503
    assert "nothing was stored, try again later: the outbox" in response.json()["detail"]


def test_what_cannot_be_written_down_is_refused_and_named(client, track):
    """JSON may hold halves of characters, which are no text in any encoding."""
    response = client.post(
        URL, '[{"\\ud83d": 1, "event_id": "\\ud83d"}, {"query": "\\ud83d", "kind": "searched"}]', "application/json"
    )
    assert response.status_code == 400
    assert [one["field"] for one in response.json()["rejected"]] == ["\\ud83d", "event_id"]


@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_nothing_is_acknowledged(client, track):
    if connection.vendor != "sqlite":
        pytest.skip("the disk is made full by a pragma of SQLite")
    with connection.cursor() as cursor:
        ((pages,),) = cursor.execute("PRAGMA page_count").fetchall()
        cursor.execute(f"PRAGMA max_page_count={pages}")
    try:
        response = post(client, [liked(track, source="x" * 100) for _ in range(1000)])
        assert response.status_code == 503
        assert "database or disk is full" in response.json()["detail"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
    assert logged() == []
    assert post(client, liked(track)).status_code == 202
