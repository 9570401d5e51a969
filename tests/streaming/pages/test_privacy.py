"""The page 'Your data': one's own, for whoever has an account and whoever has none."""

import json
import resource
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from streaming import erasures
from streaming.events import Kind, event_log
from streaming.models import Ban, Like, Listener, Play, Search
from tests.streaming.said import event

PASSWORD = "a long enough one 7"


@pytest.fixture
def ada(client, db):
    """Signed in in the client's browser."""
    user = get_user_model().objects.create_user("ada", password=PASSWORD)
    client.post("/login/", {"username": "ada", "password": PASSWORD})
    return user


def fill(listener: Listener, track, play_of) -> None:
    play_of(track, listener, outcome=Play.Outcome.FINISHED, played_ms=100_000)
    now = timezone.now()
    Like.objects.create(listener=listener, track=track, at=now)
    Ban.objects.create(listener=listener, track=track, at=now)
    Search.objects.create(listener=listener, query="fishin & <rain>", at=now)


def kept(listener: Listener) -> list[int]:
    return [table.objects.filter(listener=listener).count() for table in (Play, Search, Like, Ban)]


def body(response) -> dict:
    return json.loads(b"".join(response.streaming_content))


def test_what_is_known_is_shown_in_figures(client, me, track, play_of):
    fill(me, track, play_of)
    page = client.get("/your-data/")
    text = page.text
    assert (page.context["plays"]["all"], page.context["plays"]["finished"], page.context["plays"]["tracks"]) == (
        1,
        1,
        1,
    )
    assert [page.context[name] for name in ("likes", "bans", "searches")] == [1, 1, 1]
    assert "fishin &amp; &lt;rain&gt;" in text
    assert "1:40" in text
    assert "Personalisation is on" in text
    assert "Delete your account" not in text


def test_who_is_new_sees_that_nothing_is_known_and_leaves_no_row(client, db):
    assert "never" in client.get("/your-data/").text
    assert body(client.get("/your-data/export.json"))["plays"] == []
    assert not Listener.objects.exists()


def test_nobody_sees_or_takes_or_clears_anothers(client, me, listener, track, play_of):
    fill(listener, track, play_of)
    event_log().append([event(listener, Kind.LIKED, track)])
    page = client.get("/your-data/", {"listener": listener.pk, "listener_id": listener.pk})
    assert (page.context["plays"]["all"], page.context["searches"]) == (0, 0)
    whole = body(client.get("/your-data/export.json", {"listener": listener.pk}))
    assert whole["listener"]["id"] == str(me.pk)
    assert whole["plays"] == whole["events"] == whole["searches"] == []
    client.post("/your-data/clear/", {"verdicts": "on", "listener": listener.pk})
    client.post("/your-data/personalisation/", {"choice": "off", "listener_id": listener.pk})
    assert kept(listener) == [1, 1, 1, 1]
    listener.refresh_from_db()
    assert listener.is_personalised


def test_pages_of_ones_own_are_not_kept_by_caches(client, db):
    for address in ("/your-data/", "/your-data/clear/"):
        assert "no-store" in client.get(address)["Cache-Control"], address
    export = client.get("/your-data/export.json")
    assert body(export)["plays"] == []
    assert "no-store" in export["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/your-data/clear/", {"verdicts": "on"}),
        ("/your-data/personalisation/", {"choice": "off"}),
        ("/account/delete/", {}),
    ],
)
def test_another_sites_form_does_nothing(db, address, form):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/your-data/")
    assert client.post(address, form).status_code == 403
    assert not Listener.objects.exists()
    assert client.get("/your-data/").wsgi_request.listener_id == page.wsgi_request.listener_id


def test_what_changes_is_not_done_by_a_link(client, me, track, play_of):
    fill(me, track, play_of)
    assert client.get("/your-data/clear/").status_code == 200
    assert client.get("/your-data/personalisation/").status_code == 405
    assert client.get("/account/delete/")["Location"].startswith("/login/")
    assert kept(me) == [1, 1, 1, 1]


@pytest.mark.parametrize(("form", "left"), [({}, [0, 0, 1, 1]), ({"verdicts": "on"}, [0, 0, 0, 0])])
def test_clearing(client, me, track, play_of, form, left):
    fill(me, track, play_of)
    page = client.post("/your-data/clear/", form, follow=True)
    assert kept(me) == left
    assert "Your history is cleared" in page.text
    assert "It is being taken out of the event log" in page.text
    erasures.finish()
    assert "also from the event log and its archive" in client.get("/your-data/").text


def test_personalisation_off_and_on_again(client, me):
    assert "Personalisation is off" in client.post("/your-data/personalisation/", {"choice": "off"}, follow=True).text
    me.refresh_from_db()
    assert not me.is_personalised
    client.post("/your-data/personalisation/", {"choice": "on"})
    me.refresh_from_db()
    assert me.is_personalised


def test_who_is_new_can_switch_it_off_before_the_first_play(client, db):
    client.post("/your-data/personalisation/", {"choice": "off"})
    assert [listener.is_personalised for listener in Listener.objects.all()] == [False]


@pytest.mark.parametrize("choice", ["", "maybe", None])
def test_a_choice_that_is_none_is_named(client, me, choice):
    response = client.post("/your-data/personalisation/", {} if choice is None else {"choice": choice})
    assert (response.status_code, response.text) == (400, f"choice is {choice!r}; it has to be 'on' or 'off'\n")
    me.refresh_from_db()
    assert me.is_personalised


def test_the_export_is_a_file_to_keep(client, me, track, play_of):
    fill(me, track, play_of)
    response = client.get("/your-data/export.json")
    assert response["Content-Disposition"] == 'attachment; filename="your-data.json"'
    content = b"".join(response.streaming_content)
    assert int(response["Content-Length"]) == len(content)
    assert [len(json.loads(content)[name]) for name in ("plays", "likes", "bans", "searches")] == [1, 1, 1, 1]


def test_on_a_full_disk_the_export_says_so(client, me, track, play_of):
    fill(me, track, play_of)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        response = client.get("/your-data/export.json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert response.status_code == 503
    assert "could not be written to a file, try again later: File too large" in response.text


def test_an_account_is_deleted_with_its_password(client, ada, track, play_of):
    mine = ada.listener
    fill(mine, track, play_of)
    wrong = client.post("/account/delete/", {"password": "something else"})
    assert "This is not the password of the account." in wrong.text
    assert kept(mine) == [1, 1, 1, 1]
    assert client.post("/account/delete/", {"password": PASSWORD})["Location"] == "/"
    assert not get_user_model().objects.exists()
    assert not Listener.objects.exists()
    assert kept(mine) == [0, 0, 0, 0]
    assert mine.pk in erasures.unfinished(timezone.now())
    assert "Sign in" in client.get("/").text


def test_an_admin_deletes_an_account_whole(admin_client, track, play_of):
    user = get_user_model().objects.create_user("grace")
    mine = Listener.objects.create(user=user)
    fill(mine, track, play_of)
    admin_client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})
    assert not Listener.objects.filter(pk=mine.pk).exists()
    assert kept(mine) == [0, 0, 0, 0]
    assert erasures.unfinished(timezone.now()) == [mine.pk]


def test_a_page_of_many_searches_shows_the_latest(client, me):
    for n in range(30):
        Search.objects.create(id=uuid.uuid4(), listener=me, query=f"search {n:02}", at=timezone.now())
    text = client.get("/your-data/").text
    assert "search 29" in text
    assert "search 19" not in text
