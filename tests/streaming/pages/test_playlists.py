"""The pages of playlists, as whoever has no script uses them."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from streaming import playlists
from streaming.models import Playlist

NAMES = ["<script>alert(1)</script>", "x" * 300, "أغنية المساء 🌅"]


@pytest.fixture
def playlist(me, make_tracks) -> Playlist:
    made = playlists.create(listener_id=me.pk, name="Morning")
    playlists.add(made, [track.pk for track in make_tracks(3)])
    return made


@pytest.fixture
def stranger(db) -> Client:
    return Client()


def titles(page) -> list[str]:
    return [row.track.title for row in page.context["page"].rows]


@pytest.mark.parametrize("name", NAMES)
def test_a_playlist_is_made_by_its_name(client, me, name):
    page = client.post("/playlists/new/", {"name": name}, follow=True)
    assert page.context["playlist"].name == name
    assert "<script>alert" not in page.text
    assert "Nothing in it yet" in page.text
    assert "<script>alert" not in client.get("/playlists/").text


def test_a_playlist_without_a_name_is_refused(client, me):
    page = client.post("/playlists/new/", {"name": " "})
    assert page.status_code == 400
    assert "A playlist needs a name" in page.text


def test_without_playlists_the_page_says_what_they_are(client, db):
    assert "No playlists yet" in client.get("/playlists/").text


def test_a_private_one_opens_for_nobody_else_and_a_public_one_by_its_link(client, stranger, playlist):
    for address in (playlist.get_absolute_url(), f"/playlists/{playlist.pk}.m3u8", f"/api/v1/playlists/{playlist.pk}/"):
        assert client.get(address).status_code == 200
        assert stranger.get(address).status_code == 404
    client.post(f"/playlists/{playlist.pk}/edit/", {"name": "Morning", "is_public": "on"})
    page = stranger.get(playlist.get_absolute_url())
    assert titles(page) == ["Track 0", "Track 1", "Track 2"]
    assert "data-sortable" not in page.text
    assert f"/playlists/{playlist.pk}/edit/" not in page.text


@pytest.mark.parametrize("action", ["edit", "delete", "arrange", "rules"])
def test_nobody_changes_anothers(stranger, playlist, action):
    playlists.change(playlist, {"is_public": True})
    form = {"name": "Mine", "entry": playlist.entries.first().pk, "do": "remove"}
    assert stranger.post(f"/playlists/{playlist.pk}/{action}/", form).status_code == 404
    playlist.refresh_from_db()
    assert (playlist.name, playlist.entries.count()) == ("Morning", 3)


def test_a_deleted_one_says_so(client, playlist):
    assert client.post(f"/playlists/{playlist.pk}/delete/")["Location"] == "/playlists/"
    page = client.get(playlist.get_absolute_url())
    assert page.status_code == 404
    assert "It may have been deleted" in page.text


@pytest.mark.parametrize(
    ("place", "do", "expected"), [(2, "up", "021"), (0, "down", "102"), (2, "top", "201"), (1, "remove", "02")]
)
def test_entries_are_arranged_by_buttons(client, playlist, place, do, expected):
    entry = playlist.entries.order_by("position")[place].pk
    page = client.post(f"/playlists/{playlist.pk}/arrange/", {"entry": entry, "do": do}, follow=True)
    assert "".join(title[-1] for title in titles(page)) == expected


def test_an_entry_that_went_meanwhile_is_told(client, playlist):
    page = client.post(f"/playlists/{playlist.pk}/arrange/", {"entry": 999, "do": "up"})
    assert page.status_code == 400
    assert "Entry 999 is not in this playlist" in page.text


def test_tracks_are_added_to_one_or_to_a_new_one(client, playlist, make_tracks):
    first, second = make_tracks(2)
    page = client.get("/playlists/add/", {"track": [first.pk, second.pk]})
    assert "Morning" in page.text
    assert "2 tracks" in page.text
    client.post("/playlists/add/", {"track": [first.pk, second.pk], "playlist": playlist.pk})
    assert playlist.entries.count() == 5
    client.post("/playlists/add/", {"track": [first.pk], "name": "Another", "playlist": ""})
    assert Playlist.objects.get(name="Another").entries.count() == 1


@pytest.mark.parametrize("form", [{"track": "x"}, {"track": "1", "playlist": "x"}, {"track": "1", "playlist": ""}])
def test_what_cannot_be_added_is_not_found(client, me, form):
    assert client.post("/playlists/add/", form).status_code == 404


def test_a_track_that_is_gone_is_not_asked_about(client, me):
    assert client.get("/playlists/add/?track=99").status_code == 404


def test_a_long_playlist_has_pages(client, me, make_tracks):
    made = playlists.create(listener_id=me.pk, name="Long")
    playlists.add(made, [track.pk for track in make_tracks(80)])
    first = client.get(made.get_absolute_url())
    second = client.get(made.get_absolute_url(), {"after": first.context["page"].next})
    assert [len(page.context["page"].rows) for page in (first, second)] == [50, 30]
    assert titles(second)[0] == "Track 50"
    assert "80 tracks" in second.text


@pytest.mark.parametrize("form", ["m3u8", "jspf"])
def test_a_file_goes_out_and_comes_in_again(client, playlist, form):
    answer = client.get(f"/playlists/{playlist.pk}.{form}")
    assert f"filename*=UTF-8''Morning.{form}" in answer["Content-Disposition"]
    page = client.post("/playlists/import/", {"file": SimpleUploadedFile(f"Morning.{form}", answer.content)})
    made = page.context["playlist"]
    assert made.pk != playlist.pk
    assert made.name == "Morning"
    assert [entry.track.title for entry in made.entries.for_list()] == ["Track 0", "Track 1", "Track 2"]
    assert "3 tracks of the file are in" in page.text


def test_what_the_catalogue_lacks_is_named(client, playlist):
    text = "#EXTM3U\n#EXTINF:1,Karissa Hobbs - Track 1\na.mp3\n#EXTINF:1,<b>No - One</b>\nb.mp3\n"
    page = client.post("/playlists/import/", {"file": SimpleUploadedFile("other.m3u", text.encode())})
    assert page.context["playlist"].name == "other"
    assert "1 is not in this catalogue" in page.text
    assert "&lt;b&gt;No - One&lt;/b&gt;" in page.text


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff", "is not UTF-8"), (b"nowhere.mp3", "None of the 1 tracks"), (b"", "lists no track")]
)
def test_a_file_that_is_none_is_refused_and_leaves_nothing(client, me, content, words):
    page = client.post("/playlists/import/", {"file": SimpleUploadedFile("x.m3u8", content)})
    assert page.status_code == 400
    assert words in page.text
    assert not Playlist.objects.exists()


def test_no_file_is_told_too(client, me):
    assert "Choose a file first" in client.post("/playlists/import/").text


def test_another_form_of_file_is_not_found(client, playlist):
    assert client.get(f"/playlists/{playlist.pk}.exe").status_code == 404
    assert client.get(f"/playlists/{uuid.uuid4()}.m3u8").status_code == 404


def test_the_form_of_the_export_is_the_published_one(client, playlist):
    assert set(json.loads(client.get(f"/playlists/{playlist.pk}.jspf").content)) == {"playlist"}
