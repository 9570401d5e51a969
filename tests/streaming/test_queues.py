"""The queue on the server: kept as it was said, told apart by version, and refused with a word."""

import json
import uuid

import pytest
from django.test import Client

from streaming import exports, privacy, queues
from streaming.models import PlayQueue, Track

URL = "/api/v1/queue/"
pytestmark = pytest.mark.django_db
DEVICE = {"id": "a-device", "name": "Firefox on Linux"}


@pytest.fixture
def client() -> Client:
    """A browser that has opened a page, which says who listens."""
    client = Client()
    client.get("/login/")
    return client


@pytest.fixture
def tracks(artist) -> list[Track]:
    return [Track.objects.create(title=f"Track {number}", artist=artist, duration_ms=1000) for number in range(4)]


def said(tracks: list[Track], **changes) -> dict:
    entries = [{"track": track.pk, "source": "album:1", "recommendation": None, "added": False} for track in tracks]
    return {"entries": entries, "index": 0, "position_ms": 0, "station": None, "device": DEVICE} | changes


def put(client: Client, body: object):
    return client.put(URL, body, content_type="application/json")


def patch(client: Client, body: object):
    return client.patch(URL, body, content_type="application/json")


def test_it_comes_back_as_it_was_said(client, tracks):
    station = {"id": str(uuid.uuid4()), "title": "Folk radio", "after": 4}
    recommendation = str(uuid.uuid4())
    body = said(tracks, index=2, position_ms=12_345, station=station)
    body["entries"][1] |= {"recommendation": recommendation, "added": True}
    assert put(client, body).json() == {"version": 1}
    answer = client.get(URL).json()
    assert (answer["version"], answer["index"], answer["position_ms"]) == (1, 2, 12_345)
    assert (answer["station"], answer["device"]) == (station, DEVICE)
    assert [entry["track"]["title"] for entry in answer["entries"]] == ["Track 0", "Track 1", "Track 2", "Track 3"]
    assert answer["entries"][1]["recommendation"] == recommendation
    assert [entry["added"] for entry in answer["entries"]] == [False, True, False, False]
    # Whoever has this version already is not told all of it again.
    assert client.get(f"{URL}?known=1").json()["entries"] is None


def test_nobody_sees_another_listeners(client, tracks):
    put(client, said(tracks))
    assert Client().get(URL).json()["entries"] == []


def test_a_deleted_track_is_left_out_and_the_place_stays_right(client, tracks):
    put(client, said(tracks, index=2))
    tracks[0].delete()
    answer = client.get(URL).json()
    assert [entry["track"]["title"] for entry in answer["entries"]] == ["Track 1", "Track 2", "Track 3"]
    assert answer["index"] == 1


def test_the_place_moves_with_the_version_that_it_is_of(client, tracks):
    put(client, said(tracks))
    assert patch(client, {"version": 1, "index": 3, "position_ms": 500}).status_code == 200
    put(client, said(tracks[:2]))
    late = patch(client, {"version": 1, "index": 3, "position_ms": 900})
    assert (late.status_code, late.json()) == (409, {"version": 2})
    answer = client.get(URL).json()
    assert (answer["index"], answer["position_ms"]) == (0, 0)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"entries": "all"}, "entries: 'all' is no list of at most 10000 entries"),
        ({"entries": [{"track": 1, "source": ""}] * 10_001}, "entries: 10001 are too many; 10000 at most are taken"),
        ({"entries": [1]}, "entries[0]: '1' is no object"),
        ({"entries": [{"track": "1"}]}, "entries[0].track: '1' is no whole number"),
        ({"entries": [{"track": 1, "source": 5}]}, "entries[0].source: '5' is no text"),
        ({"entries": [{"track": 1, "recommendation": "x"}]}, "entries[0].recommendation: 'x' is no UUID"),
        ({"index": 4}, "index: '4' is no whole number from 0 to 3"),
        ({"index": True}, "index: 'True' is no whole number"),
        ({"position_ms": -1}, "position_ms: '-1' is no whole number"),
        ({"station": "folk"}, "station: 'folk' is no object"),
        ({"device": {"id": None}}, "device.id: 'None' is no text"),
    ],
)
def test_what_is_no_queue_is_named_and_the_one_before_stays(client, tracks, change, word):
    put(client, said(tracks))
    response = put(client, said(tracks) | change)
    assert response.status_code == 400
    assert word in response.json()["error"]
    assert client.get(URL).json()["version"] == 1


@pytest.mark.parametrize("body", [[], "text", 5])
def test_a_body_that_is_no_object_is_refused(client, body):
    assert put(client, json.dumps(body)).status_code == 400
    assert patch(client, json.dumps(body)).status_code == 400


def test_it_is_in_the_export_and_goes_with_what_is_cleared(listener, tracks, tmp_path):
    queues.save(listener_id=listener.pk, said=said(tracks))
    with (tmp_path / "export.json").open("wb") as file:
        exports.write(listener.pk, file)
    [row] = json.loads((tmp_path / "export.json").read_text())["queue"]
    assert [entry[0] for entry in row["entries"]] == [track.pk for track in tracks]
    privacy.clear(listener.pk, verdicts=False)
    assert not PlayQueue.objects.exists()


def test_who_plays_is_counted_until_they_fall_silent(listener):
    assert queues.beat(listener.pk, False) == 0
    assert queues.beat(listener.pk, True) == 1
    other = uuid.uuid4()
    # Whose queue is still on its way, and who is not in any table yet.
    assert queues.beat(other, True) == 2
    queues.fall_silent(other)
    assert queues.beat(listener.pk, False) == 1
