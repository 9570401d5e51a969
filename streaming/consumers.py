"""`/ws/player/`: keeps a listener's tabs and devices in step, and says how many listen now.

Nothing is kept here. What one device says the listener's others hear, wherever they are connected:
`state` (what it plays, where, and whether), `command` (what another device is to do) and `hello` (who plays?). A `beat`
is answered with how many listen now.
"""

import json
import uuid

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from streaming import listeners, queues

# A close code of our own, from the range that RFC 6455 section 7.4.2 leaves to applications.
NO_LISTENER = 4401
PASSED_ON = {"state", "command", "hello"}
# Characters; a state has about 500.
LONGEST = 4000


def group(listener_id: uuid.UUID) -> str:
    return f"player.{listener_id.hex}"


class PlayerConsumer(AsyncWebsocketConsumer):
    """The listener is known by session or cookie, never by what the client says: nobody steers another's player."""

    async def connect(self) -> None:
        self.group = None
        self.device, self.is_playing = "", False
        await self.accept()
        self.listener_id = await database_sync_to_async(listeners.of_scope)(self.scope)
        if self.listener_id is None:
            await self.close(NO_LISTENER, "open a page of the site first: it says who listens")
            return
        self.group = group(self.listener_id)
        await self.channel_layer.group_add(self.group, self.channel_name)

    async def disconnect(self, code: int) -> None:
        if self.group is None:
            return
        await self.channel_layer.group_discard(self.group, self.channel_name)
        if self.is_playing:
            await database_sync_to_async(queues.fall_silent)(self.listener_id)
            await self._pass_on({"type": "gone", "device": self.device})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = _parsed(text_data)
        if message is None:
            await self._send({"type": "error", "error": "a JSON object with a type and a device is expected"})
        elif message["type"] == "beat":
            await self._beat(message.get("playing") is True)
        elif message["type"] in PASSED_ON:
            self.device = message["device"]
            if message["type"] == "state":
                await self._note(message.get("playing") is True)
            await self._pass_on(message)
        else:
            known = ", ".join(sorted(PASSED_ON | {"beat"}))
            await self._send({"type": "error", "error": f"{message['type'][:40]!r} is none of {known}"})

    async def player_message(self, event: dict) -> None:
        if event["from"] != self.channel_name:
            await self._send(event["message"])

    async def _note(self, is_playing: bool) -> None:
        if is_playing != self.is_playing:
            self.is_playing = is_playing
            if is_playing:
                await self._beat(True)
            else:
                await database_sync_to_async(queues.fall_silent)(self.listener_id)

    async def _beat(self, is_playing: bool) -> None:
        count = await database_sync_to_async(queues.beat)(self.listener_id, is_playing)
        await self._send({"type": "listening", "count": count})

    async def _pass_on(self, message: dict) -> None:
        await self.channel_layer.group_send(
            self.group, {"type": "player.message", "from": self.channel_name, "message": message}
        )

    async def _send(self, message: dict) -> None:
        await self.send(text_data=json.dumps(message))


def _parsed(text: str | None) -> dict | None:
    """None for what is no message."""
    if text is None or len(text) > LONGEST:
        return None
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    is_whole = all(isinstance(message.get(name), str) for name in ("type", "device"))
    return message if is_whole else None
