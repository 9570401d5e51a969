"""Who listens: the signed-in user, or a browser known by a signed cookie until it signs up."""

import uuid
from functools import cache, cached_property

from django.contrib.auth import user_logged_in
from django.core import signing
from django.db import transaction
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from uuid_utils.compat import uuid7

from streaming import taste_settings
from streaming.models import Ban, Like, Listener, Play, Playlist, Search

COOKIE = "listener"
COOKIE_AGE = 60 * 60 * 24 * 365
SALT = "streaming.listener"
# Where the session keeps the id of a signed-in user's listener, to spare a query a request.
SESSION_KEY = "listener_id"

# Sent with `listener_id` once an anonymous listener's history is theirs.
history_moved = Signal()


class ListenerMiddleware:
    """Gives requests their `listener_id`, a UUID; a browser without an account gets one in a signed cookie.

    No row is written for it: a `Listener` exists from the first event on, so that passing crawlers leave no trace.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        known = _read_cookie(request.COOKIES.get(COOKIE))
        request.anonymous_listener_id = known or uuid7()
        request.__class__ = _heard(type(request))
        response = self.get_response(request)
        is_new = request.anonymous_listener_id != known
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_new and (is_page or request.method == "POST"):
            _write_cookie(request, response)
        return response


class _Heard:
    """What a request knows besides: who listens, asked for when a view wants to know.

    Many never do, and for some it is read from the session. It is found there and then: what a database's driver would
    have to ask the database for while it sends a query waits for itself.
    """

    @cached_property
    def listener_id(self) -> uuid.UUID:
        return _current(self)


@cache
def _heard(kind: type[HttpRequest]) -> type[HttpRequest]:
    return type(kind.__name__, (_Heard, kind), {})


def _current(request) -> uuid.UUID:
    if not request.user.is_authenticated:
        return request.anonymous_listener_id
    return of_session(request.session, request.user)


def of_session(session, user) -> uuid.UUID:
    """The listener of a signed-in user; made where the user has none yet (a superuser from the shell, say)."""
    if SESSION_KEY not in session:
        session[SESSION_KEY] = str(of_user(user).pk)
    return uuid.UUID(session[SESSION_KEY])


def of_user(user) -> Listener:
    listener, _ = Listener.objects.get_or_create(user=user)
    return listener


def of_scope(scope) -> uuid.UUID | None:
    """The listener of a websocket, by its session or its cookie; None for a client that has neither.

    Reads the database: call it in a thread.
    """
    if scope["user"].is_authenticated:
        return of_session(scope["session"], scope["user"])
    return _read_cookie(scope["cookies"].get(COOKIE))


def _read_cookie(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(signing.loads(value, salt=SALT)) if value else None
    except signing.BadSignature:
        return None  # forged, or signed with a key since changed: the browser gets a new listener


def _write_cookie(request, response) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(str(request.anonymous_listener_id), salt=SALT),
        max_age=COOKIE_AGE,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


@receiver(user_logged_in)
def keep_history(sender, request, user, **kwargs) -> None:
    """What was heard without an account stays with whoever signs up or in."""
    listener = of_user(user)
    request.session[SESSION_KEY] = str(listener.pk)
    anonymous = getattr(request, "anonymous_listener_id", None)
    if anonymous is not None:
        merge(anonymous, into=listener)
        # Whoever uses this browser after signing out is somebody new, not the user's former self.
        request.anonymous_listener_id = uuid7()


@transaction.atomic
def merge(anonymous: uuid.UUID, *, into: Listener) -> None:
    """Move an anonymous listener's plays, likes, bans, searches, playlists and taste to `into`; later events follow.

    What was not to be learned from is not learned from there either: where one is not personalised, both are not.
    """
    # Made where there is none yet: its first events may still be on their way through the log.
    source, _ = Listener.objects.select_for_update().get_or_create(pk=anonymous)
    if source.user_id or source.merged_into_id:
        return
    Play.objects.filter(listener=source).update(listener=into)
    Search.objects.filter(listener=source).update(listener=into)
    Playlist.objects.filter(listener=source).update(listener=into)
    for verdict in (Like, Ban):
        already = verdict.objects.filter(listener=into).values("track")
        verdict.objects.filter(listener=source).exclude(track__in=already).update(listener=into)
        verdict.objects.filter(listener=source).delete()
    taste_settings.merge(source, into=into)
    newest = max(filter(None, [source.last_event_at, into.last_event_at]), default=None)
    is_personalised = source.is_personalised and into.is_personalised
    Listener.objects.filter(pk=into.pk).update(last_event_at=newest, is_personalised=is_personalised)
    Listener.objects.filter(pk=source.pk).update(merged_into=into)
    transaction.on_commit(lambda: history_moved.send(sender=merge, listener_id=into.pk))
