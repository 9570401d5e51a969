"""Playlists over JSON: made, read, ordered and refused."""

import pytest
from django.test import Client

from streaming.models import Artist, Playlist, Track

pytestmark = pytest.mark.django_db

RULES = {"rules": [{"field": "listens", "op": "at_least", "value": 1}]}


@pytest.fixture
def tracks() -> list[Track]:
    artist = Artist.objects.create(name="Karissa Hobbs")
    return Track.objects.bulk_create(Track(title=f"Track {n}", artist=artist, listens=n) for n in range(4))


def send(client: Client, method: str, address: str, data: object):
    return getattr(client, method)(f"/api/v1/playlists/{address}", data, content_type="application/json")


@pytest.fixture
def made(client, tracks) -> str:
    pk = send(client, "post", "", {"name": "Mine"}).json()["id"]
    send(client, "post", f"{pk}/tracks/", {"tracks": [track.pk for track in tracks]})
    return pk


def listed(client: Client, pk: str) -> list[str]:
    return [row["track"]["title"][-1] for row in client.get(f"/api/v1/playlists/{pk}/tracks/").json()["tracks"]]


def entries(client: Client, pk: str) -> list[int]:
    return [row["entry"] for row in client.get(f"/api/v1/playlists/{pk}/tracks/").json()["tracks"]]


def test_made_read_changed_and_deleted(client, made):
    answer = client.get(f"/api/v1/playlists/{made}/").json()
    assert (answer["name"], answer["is_public"], answer["rules"], answer["tracks"]) == ("Mine", False, None, 4)
    changed = send(client, "patch", f"{made}/", {"name": "Other", "is_public": True}).json()
    assert (changed["name"], changed["is_public"]) == ("Other", True)
    assert [each["id"] for each in client.get("/api/v1/playlists/").json()["playlists"]] == [made]
    assert client.delete(f"/api/v1/playlists/{made}/").status_code == 204
    assert client.get(f"/api/v1/playlists/{made}/").status_code == 404


def test_entries_come_in_pieces(client, made):
    first = client.get(f"/api/v1/playlists/{made}/tracks/?count=3").json()
    assert (len(first["tracks"]), first["next"]) == (3, 3)
    rest = client.get(f"/api/v1/playlists/{made}/tracks/?count=3&after=3").json()
    assert (len(rest["tracks"]), rest["next"]) == (1, None)


def test_entries_move_and_go(client, made):
    first, second, _, last = entries(client, made)
    assert send(client, "patch", f"{made}/tracks/{last}/", {"before": first}).status_code == 200
    assert listed(client, made) == ["3", "0", "1", "2"]
    send(client, "patch", f"{made}/tracks/{last}/", {"after": second})
    assert listed(client, made) == ["0", "1", "3", "2"]
    send(client, "patch", f"{made}/tracks/{first}/", {"before": None})
    assert listed(client, made) == ["1", "3", "2", "0"]
    assert send(client, "patch", f"{made}/tracks/{last}/", {"place": 9}).json() == {"entry": last, "place": 3}
    assert listed(client, made) == ["1", "2", "0", "3"]
    send(client, "patch", f"{made}/tracks/{last}/", {"place": 1})
    assert send(client, "delete", f"{made}/tracks/", {"entries": [first, 999]}).json() == {"removed": 1}
    assert listed(client, made) == ["1", "3", "2"]


def test_smart_ones_list_what_their_rules_let_through(client, tracks):
    pk = send(client, "post", "", {"name": "By rules", "rules": RULES}).json()["id"]
    assert listed(client, pk) == ["3", "2", "1"]
    changed = send(client, "patch", f"{pk}/", {"rules": RULES | {"sort": "title", "limit": 2}})
    assert changed.json()["rules"]["limit"] == 2
    assert listed(client, pk) == ["1", "2"]


def test_anothers_are_read_where_public_and_never_changed(client, made):
    stranger, address = Client(), f"/api/v1/playlists/{made}/"
    assert stranger.get(address).status_code == 404
    send(client, "patch", f"{made}/", {"is_public": True})
    assert stranger.get(address).status_code == 200
    assert listed(stranger, made) == ["0", "1", "2", "3"]
    stranger.get("/")
    assert send(stranger, "patch", f"{made}/", {"name": "Mine now"}).status_code == 404
    assert send(stranger, "delete", f"{made}/tracks/", {"entries": entries(client, made)}).status_code == 404
    assert stranger.delete(address).status_code == 404
    assert stranger.get("/api/v1/playlists/").json() == {"playlists": []}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ([], "error"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "x", "description": "x" * 2001}, "description"),
        ({"name": "x", "is_public": "yes"}, "is_public"),
        ({"name": "x", "colour": "red"}, "colour"),
        ({"name": "x", "rules": {"rules": []}}, "rules"),
        ({"name": "x", "rules": {"rules": [{"field": "x"}]}}, "rules.0.field"),
    ],
)
def test_what_cannot_be_made_is_refused_by_field(client, data, field):
    answer = send(client, "post", "", data)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not Playlist.objects.exists()


@pytest.mark.parametrize("tracks_given", [None, "1", ["1"], [True], [0], [-1], [2**63], [1] * 10_001])
def test_what_is_no_list_of_tracks_is_refused(client, made, tracks_given):
    assert send(client, "post", f"{made}/tracks/", {"tracks": tracks_given}).status_code == 400
    assert len(listed(client, made)) == 4


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"before": "x"},
        {"before": True},
        {"after": None},
        {"before": 1, "after": 2},
        {"place": -1},
        {"place": True},
        [],
    ],
)
def test_a_move_to_nowhere_is_refused(client, made, said):
    first = entries(client, made)[0]
    assert send(client, "patch", f"{made}/tracks/{first}/", said).status_code == 400
    assert listed(client, made) == ["0", "1", "2", "3"]


def test_rules_for_a_playlist_with_tracks_are_refused(client, made):
    assert send(client, "patch", f"{made}/", {"rules": RULES}).status_code == 400


def test_tracks_for_a_smart_one_are_refused(client, tracks):
    pk = send(client, "post", "", {"name": "By rules", "rules": RULES}).json()["id"]
    assert send(client, "post", f"{pk}/tracks/", {"tracks": [tracks[0].pk]}).status_code == 400


@pytest.mark.parametrize("query", ["count=x", "count=1001", "after=-1"])
def test_a_piece_that_is_none_is_refused(client, made, query):
    assert client.get(f"/api/v1/playlists/{made}/tracks/?{query}").status_code == 400
