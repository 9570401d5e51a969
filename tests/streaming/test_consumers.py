"""The socket of the player: what one device says the listener's others hear, and nobody else."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import signing
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from musicapp.asgi import application
from streaming.listeners import COOKIE, SALT
from tests.serving import served

pytestmark = pytest.mark.django_db(transaction=True)
STATE = {"type": "state", "device": "one", "playing": True, "took": True, "track": 7, "position": 1.5}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(application) as address:
        yield address


@pytest.fixture
def open_socket(address):
    """A socket as a browser with the listener's cookie opens it; ready once the listener's others reach it."""

    @contextmanager
    def opened(listener_id: uuid.UUID | None) -> Iterator[ClientConnection]:
        headers = {"Cookie": f"{COOKIE}={signing.dumps(str(listener_id), salt=SALT)}"} if listener_id else {}
        with connect(
            address.replace("http", "ws", 1) + "/ws/player/", additional_headers=headers, origin=address
        ) as socket:
            if listener_id:
                tell(socket, type="beat", playing=False)
                assert heard(socket)["type"] == "listening"
            yield socket

    return opened


def tell(socket: ClientConnection, **message) -> None:
    socket.send(json.dumps({"device": "one"} | message))


def heard(socket: ClientConnection) -> dict:
    return json.loads(socket.recv(timeout=10))


def test_what_one_device_says_the_others_of_the_listener_hear(open_socket, listener):
    with open_socket(listener.pk) as one, open_socket(listener.pk) as two:
        tell(one, **STATE)
        assert heard(two) == STATE
        # The count that follows is the first that the speaker hears: it is not told what it said itself.
        assert heard(one) == {"type": "listening", "count": 1}
        tell(two, type="command", device="two", to="one", name="pause")
        assert heard(one)["name"] == "pause"


def test_another_listener_hears_nothing(open_socket, listener):
    with open_socket(listener.pk) as one, open_socket(uuid.uuid4()) as stranger:
        tell(one, **STATE)
        assert heard(one)["type"] == "listening"
        # How many, and nothing of what or who.
        tell(stranger, type="beat", playing=False)
        assert heard(stranger) == {"type": "listening", "count": 1}


def test_a_device_that_goes_while_it_plays_is_missed(open_socket, listener):
    with open_socket(listener.pk) as two:
        with open_socket(listener.pk) as one:
            tell(one, **STATE)
            assert heard(two) == STATE
        assert heard(two) == {"type": "gone", "device": "one"}
        tell(two, type="beat", playing=False)
        assert heard(two) == {"type": "listening", "count": 0}


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", '{"type": "state"}', '{"type": 1, "device": "x"}', "x" * 5000, '{"a": ' * 600]
)
def test_what_is_no_message_is_answered_with_a_word_and_passed_on_to_nobody(open_socket, listener, text):
    with open_socket(listener.pk) as one, open_socket(listener.pk) as two:
        one.send(text)
        assert heard(one)["type"] == "error"
        tell(one, type="hello")
        assert heard(two)["type"] == "hello"


def test_an_unknown_type_is_named(open_socket, listener):
    with open_socket(listener.pk) as one:
        tell(one, type="dance")
        assert heard(one)["error"] == "'dance' is none of beat, command, hello, state"


def test_a_client_without_a_listener_is_sent_away(open_socket):
    with open_socket(None) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4401
