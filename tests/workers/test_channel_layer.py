import asyncio
import threading

from asgiref.sync import async_to_sync

from workers.channel_layer import EmbeddedChannelLayer, RedisChannelLayer


async def test_a_message_from_another_thread_wakes_who_waits():
    layer = EmbeddedChannelLayer()
    channel = await layer.new_channel()
    await layer.group_add("listeners", channel)
    waiting = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)  # now it waits
    message = {"type": "shelves.changed"}
    thread = threading.Thread(target=lambda: async_to_sync(layer.group_send)("listeners", message))
    thread.start()
    # Far below the 10 s after which the plain in-memory layer has still not been woken.
    assert await asyncio.wait_for(waiting, 5) == message
    await asyncio.to_thread(thread.join, 5)


async def test_a_message_before_anyone_waits_is_kept():
    layer = EmbeddedChannelLayer()
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "one"})
    assert await asyncio.wait_for(layer.receive(channel), 5) == {"type": "one"}


async def test_a_message_by_redis_reaches_its_group_alone(redis):
    sockets, worker = RedisChannelLayer(hosts=[redis.url(1)]), RedisChannelLayer(hosts=[redis.url(1)])
    mine, other = await sockets.new_channel(), await sockets.new_channel()
    await sockets.group_add("listeners.me", mine)
    await sockets.group_add("listeners.other", other)
    await worker.group_send("listeners.me", {"type": "shelves.changed"})
    assert await asyncio.wait_for(sockets.receive(mine), 5) == {"type": "shelves.changed"}
    await worker.group_send("listeners.other", {"type": "of.other"})
    assert await asyncio.wait_for(sockets.receive(other), 5) == {"type": "of.other"}
    await sockets.flush()
    await worker.flush()


async def test_without_redis_who_sends_goes_on(caplog):
    layer = RedisChannelLayer(hosts=["redis://127.0.0.1:1/0"])
    await layer.group_send("listeners.me", {"type": "shelves.changed"})
    assert "sockets of listeners.me are not told" in caplog.text
    await layer.flush()
