"""Telling sockets that shelves have changed."""

import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from streaming import request_id

# Sockets of listeners who have no shelves of their own yet hear of the cold start's here.
COLD = "recommendations.cold"


def group(listener_id: uuid.UUID) -> str:
    return f"recommendations.{listener_id.hex}"


def tell(listener_id: uuid.UUID) -> None:
    """The listener's sockets, on whichever machine, look at the store and push what is new."""
    _send(group(listener_id), "shelves.changed")


def tell_cold() -> None:
    _send(COLD, "cold.shelves.changed")


def _send(name: str, kind: str) -> None:
    async_to_sync(get_channel_layer().group_send)(name, {"type": kind, "request_id": request_id.current()})
