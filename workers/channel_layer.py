"""The channel layers: one within the process, reachable from each of its threads, and one between processes."""

import asyncio
import logging

from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)


class EmbeddedChannelLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, whose queues wake only waiters on their own event loop.

    Sockets wait on the server's loop, while refreshes are told from worker threads, each call on a loop of its own:
    what is sent there is handed to the loop that first received.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._home: asyncio.AbstractEventLoop | None = None

    async def receive(self, channel):
        self._home = asyncio.get_running_loop()
        return await super().receive(channel)

    async def send(self, channel, message):
        await self._at_home(super().send(channel, message))

    async def group_send(self, group, message):
        await self._at_home(super().group_send(group, message))

    async def _at_home(self, sending):
        home = self._home
        if home is None or home.is_closed() or home is asyncio.get_running_loop():
            await sending
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(sending, home))


class RedisChannelLayer(RedisPubSubChannelLayer):
    """Channels' layer over Redis's publish and subscribe, without which who sends goes on.

    Shelves that no socket was told of are on the next page, and are pushed with the next event.
    """

    async def group_send(self, group, message):
        try:
            await self._get_layer().group_send(group, message)
        except (RedisConnectionError, RedisTimeoutError) as error:
            logger.error("the channel layer is away, and sockets of %s are not told: %s", group, error)
