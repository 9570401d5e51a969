import uuid

import pytest
from django.core import signing
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject

from streaming.listeners import COOKIE, SALT, ListenerMiddleware
from streaming.models import Like, Listener

pytestmark = pytest.mark.django_db
URL = "/api/v1/events/"


def like(track) -> dict:
    return {
        "event_id": str(uuid.uuid4()),
        "kind": "liked",
        "track_id": track.pk,
        "occurred_at": "2026-11-01T12:00:00.000Z",
    }


def who(client) -> uuid.UUID:
    return uuid.UUID(signing.loads(client.cookies[COOKIE].value, salt=SALT))


def test_a_page_names_its_browser_once(client):
    client.get("/login/")
    first = who(client)
    response = client.get("/login/")
    assert who(client) == first
    assert COOKIE not in response.cookies
    assert not Listener.objects.exists()


def test_a_forged_cookie_makes_somebody_new(client):
    stranger = uuid.uuid4()
    client.cookies[COOKIE] = signing.dumps(str(stranger), key="not ours", salt=SALT)
    client.get("/login/")
    assert who(client) != stranger


@pytest.fixture
def ada(django_user_model):
    return django_user_model.objects.create_user("ada", password="correct horse")


def sign_in(client) -> None:
    assert client.post("/login/", {"username": "ada", "password": "correct horse"}).status_code == 302


def test_history_follows_at_sign_in_and_a_new_browser_listener_begins(client, track, ada):
    client.get("/login/")
    anonymous = who(client)
    Like.objects.create(listener=Listener.objects.create(id=anonymous), track=track, at="2026-11-01T12:00Z")
    sign_in(client)
    assert [like.track for like in ada.listener.likes.all()] == [track]
    client.post("/logout/")
    assert who(client) != anonymous


def test_who_listens_is_looked_up_only_when_a_view_wants_to_know(client, rf, django_user_model):
    user = django_user_model.objects.create_user("ada")
    client.force_login(user)
    asked = []
    request = rf.get("/")
    request.session, request.user = client.session, SimpleLazyObject(lambda: asked.append(1) or user)
    ListenerMiddleware(lambda request: HttpResponse())(request)
    assert not asked
    # A plain one, as a database's driver takes no proxy of it.
    assert type(request.listener_id) is uuid.UUID
    assert request.listener_id == Listener.objects.get(user=user).pk
