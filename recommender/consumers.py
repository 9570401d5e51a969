"""`/ws/recommendations/`: pushes a listener's shelves whenever they change."""

import json
import logging
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import HttpRequest
from django.utils import translation

from recommender import live, metrics, store
from recommender.shelves import as_changes, as_html
from streaming import listeners
from streaming.request_id import working_on

logger = logging.getLogger(__name__)

# Close codes of our own, from the range that RFC 6455 section 7.4.2 leaves to applications.
NO_LISTENER = 4401
NO_SUCH_MESSAGE = 4400
WHOLE = {"type": "whole"}


class RecommendationsConsumer(AsyncWebsocketConsumer):
    """The listener is known by session or cookie, never by what the client says: nobody hears another's shelves.

    `?since=` names the version that the page shows; a newer one is sent at once, which is how a client that lost its
    connection catches up. What follows on a version that the page shows has no tiles of tracks that it has: such a
    message names the version as its `base`. A page that shows another one sends `{"type": "whole"}`, and has all.
    """

    async def connect(self) -> None:
        self.groups_joined: list[str] = []
        metrics.SOCKETS.inc()
        await self.accept()
        self.listener_id = await database_sync_to_async(listeners.of_scope)(self.scope)
        if self.listener_id is None:
            await self.close(NO_LISTENER, "open a page of the site first: it says who listens")
            return
        self.language = self._language()
        self.version = self._since()
        # Tracks that the page has tiles of; None where that is not known.
        self.tracks: frozenset[int] | None = None
        self.is_cold = True
        for group in (live.group(self.listener_id), live.COLD):
            await self.channel_layer.group_add(group, self.channel_name)
            self.groups_joined.append(group)
        await self._push_if_new()

    async def disconnect(self, code: int) -> None:
        metrics.SOCKETS.dec()
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not _is_whole(text_data):
            await self.close(NO_SUCH_MESSAGE, f"the one message that is understood here is {json.dumps(WHOLE)}")
            return
        self.version = self.tracks = None
        await self._push_if_new()

    async def shelves_changed(self, message: dict) -> None:
        with working_on(message["request_id"]):
            await self._push_if_new()

    async def cold_shelves_changed(self, message: dict) -> None:
        if self.is_cold:
            await self._push_if_new()

    async def _push_if_new(self) -> None:
        update = await database_sync_to_async(self._update)()
        if update is not None:
            await self.send(text_data=json.dumps(update))
            logger.debug("pushed shelves of listener %s", self.listener_id)

    def _update(self) -> dict | None:
        standing = store.standing_or_cold(self.listener_id)
        if standing is None:
            return None
        self.is_cold = standing.is_cold
        base, known = self.version, self.tracks
        self.version, self.tracks = standing.version, standing.track_ids
        if standing.version == base:
            return None
        with translation.override(self.language):
            if known is None:
                base, html = None, as_html(standing, self.listener_id)
            else:
                html = as_changes(standing, self.listener_id, known)
        return {
            "type": "shelves",
            "version": standing.version,
            "base": base,
            "updated_at": standing.updated_at.isoformat(),
            "html": html,
        }

    def _language(self) -> str:
        """As the page that opened the socket was answered: by cookie, else by what the browser asks for."""
        request = HttpRequest()
        request.COOKIES = self.scope["cookies"]
        accepted = dict(self.scope["headers"]).get(b"accept-language", b"")
        request.META["HTTP_ACCEPT_LANGUAGE"] = accepted.decode("latin-1")
        return translation.get_language_from_request(request)

    def _since(self) -> int | None:
        value = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get("since", [""])[0]
        return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None


def _is_whole(text: str | None) -> bool:
    try:
        return json.loads(text or "") == WHOLE
    except ValueError:
        return False
