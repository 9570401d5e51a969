"""The socket that pushes shelves: whose they are, what is caught up on, what is not sent twice."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from musicapp.asgi import application
from recommender import live, store
from recommender.models import ModelRun
from recommender.store import Item, Shelf
from streaming.listeners import COOKIE, SALT
from streaming.models import Ban, Listener, Track
from tests.serving import served

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def playable(track) -> Track:
    track.audio_state = Track.AudioState.PRESENT
    track.save()
    return track


@pytest.fixture
def run(db) -> ModelRun:
    return ModelRun.objects.create(algorithm="popularity", status="published")


def shelve(listener, track, run, *, seconds: int = 0, reason: str = "Popular in Folk") -> int:
    """Puts one shelf of one track; returns its version."""
    at = NOON + timedelta(seconds=seconds)
    shelf = Shelf(uuid.uuid4(), "for-you", "For you", [Item(track.pk, 1.0, reason, run.pk)])
    assert store.replace(listener.pk if listener else None, [shelf], at)
    return int(at.timestamp() * 1000)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(application) as address:
        yield address


@pytest.fixture
def open_socket(address):
    """Opens a socket as a browser with the listener's cookie would."""

    @contextmanager
    def opened(
        listener_id: uuid.UUID | None, query: str = "", *, origin: str = address, language: str = "en"
    ) -> Iterator[ClientConnection]:
        headers = {"Cookie": f"{COOKIE}={signing.dumps(str(listener_id), salt=SALT)}"} if listener_id else {}
        headers["Accept-Language"] = language
        url = address.replace("http", "ws", 1) + f"/ws/recommendations/{query}"
        with connect(url, additional_headers=headers, origin=origin) as socket:
            yield socket

    return opened


def received(socket: ClientConnection) -> dict:
    return json.loads(socket.recv(timeout=10))


def is_silent(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=0.3)
    except TimeoutError:
        return True
    return False


def test_a_change_is_pushed_with_its_reason(open_socket, listener, playable, run):
    with open_socket(listener.pk) as page:
        assert is_silent(page)
        version = shelve(listener, playable, run, reason="Sounds like “Vibe Ace”")
        live.tell(listener.pk)
        message = received(page)
    assert (message["type"], message["version"]) == ("shelves", version)
    assert playable.title.replace("'", "&#x27;") in message["html"]
    assert "Sounds like “Vibe Ace”" in message["html"]


def test_each_page_has_its_own_language(open_socket, listener, playable, run):
    with open_socket(listener.pk, language="de-DE,de;q=0.9") as german, open_socket(listener.pk) as english:
        assert is_silent(german)
        shelve(listener, playable, run)
        live.tell(listener.pk)
        assert "Für dich" in received(german)["html"]
        assert "For you" in received(english)["html"]


def test_a_lost_connection_catches_up(open_socket, listener, playable, run):
    old = shelve(listener, playable, run)
    new = shelve(listener, playable, run, seconds=5)
    with open_socket(listener.pk, f"?since={old}") as page:
        assert received(page)["version"] == new


@pytest.mark.parametrize("since", ["", "?since=", "?since=-1", "?since=%F0%9F%8E%B5", f"?since={'9' * 400}"])
def test_whoever_cannot_say_what_they_have_gets_all(open_socket, listener, playable, run, since):
    version = shelve(listener, playable, run)
    with open_socket(listener.pk, since) as page:
        assert received(page)["version"] == version


def test_what_the_page_has_is_not_sent_again(open_socket, listener, playable, run):
    version = shelve(listener, playable, run)
    with open_socket(listener.pk, f"?since={version}") as page:
        live.tell(listener.pk)
        assert is_silent(page)


def test_a_tile_that_the_page_has_is_only_named(open_socket, listener, playable, run):
    old = shelve(listener, playable, run)
    new = Track.objects.create(title="Not there yet", artist=playable.artist, audio_state=Track.AudioState.PRESENT)
    items = [Item(track.pk, 1.0, "Sounds like “Vibe Ace”", run.pk) for track in (new, playable)]
    with open_socket(listener.pk, f"?since={old}") as page:
        assert is_silent(page)
        store.replace(listener.pk, [Shelf(uuid.uuid4(), "for-you", "For you", items)], NOON + timedelta(seconds=5))
        live.tell(listener.pk)
        message = received(page)
    assert message["base"] == old
    first, second = message["html"].split('<li class="tile" ')[1:]
    assert "Not there yet" in first and "<img" in first
    assert second.startswith(f'data-known data-track="{playable.pk}"')
    assert "<img" not in second
    assert "Sounds like “Vibe Ace”" in second


@pytest.mark.parametrize("lost", ["banned", "broken"])
def test_a_tile_that_may_not_be_shown_any_more_is_not_named(open_socket, listener, playable, run, lost):
    with open_socket(listener.pk, f"?since={shelve(listener, playable, run)}") as page:
        assert is_silent(page)
        shelve(listener, playable, run, seconds=5)
        if lost == "banned":
            Ban.objects.create(listener=listener, track=playable, at=NOON)
        else:
            Track.objects.update(audio_state=Track.AudioState.BROKEN)
        live.tell(listener.pk)
        assert "data-track" not in received(page)["html"]


def test_a_page_that_shows_something_else_asks_for_all(open_socket, listener, playable, run):
    with open_socket(listener.pk, f"?since={shelve(listener, playable, run)}") as page:
        assert is_silent(page)
        page.send(json.dumps({"type": "whole"}))
        message = received(page)
        assert message["base"] is None
        assert "<img" in message["html"]
        shelve(listener, playable, run, seconds=5)
        live.tell(listener.pk)
        assert received(page)["base"] == message["version"]


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '{"type": "everything"}', b"\x00\xff"])
def test_a_message_that_says_nothing_closes_the_socket_with_the_reason(open_socket, listener, nonsense):
    with open_socket(listener.pk) as page:
        page.send(nonsense)
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=10)
    assert closed.value.rcvd.code == 4400
    assert '{"type": "whole"}' in closed.value.rcvd.reason


def test_nobody_hears_another_listeners_shelves(open_socket, listener, playable, run):
    other = Listener.objects.create()
    with open_socket(other.pk) as page:
        shelve(listener, playable, run)
        live.tell(listener.pk)
        assert is_silent(page)


def test_the_cold_start_reaches_whoever_has_no_shelves_yet(open_socket, playable, run):
    with open_socket(uuid.uuid4()) as page:
        assert is_silent(page)
        version = shelve(None, playable, run)
        live.tell_cold()
        assert received(page)["version"] == version


def test_without_a_cookie_the_socket_is_closed_with_the_reason(open_socket):
    with open_socket(None) as page, pytest.raises(ConnectionClosed) as closed:
        page.recv(timeout=10)
    assert closed.value.rcvd.code == 4401
    assert "open a page of the site first" in closed.value.rcvd.reason


def test_another_site_cannot_open_it(open_socket, listener):
    with pytest.raises(InvalidStatus) as refused, open_socket(listener.pk, origin="http://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403
