import asyncio
import threading

from asgiref.sync import async_to_sync

from workers.channel_layer import EmbeddedChannelLayer


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
