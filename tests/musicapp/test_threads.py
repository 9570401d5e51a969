"""The threads of requests under ASGI."""

import asyncio
import threading

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connection

from musicapp.threads import KeptThreads


class Application:
    """Notes each request's thread and connection, once as many as `together` are being answered at once."""

    def __init__(self, together: int = 1) -> None:
        self.together = together
        self.threads: list[threading.Thread] = []
        self.connections: list[object] = []

    async def __call__(self, scope, receive, send) -> None:
        # As Django's handler does.
        async with ThreadSensitiveContext():
            await sync_to_async(self.note)()
            while len(self.threads) % self.together:
                await asyncio.sleep(0)

    def note(self) -> None:
        self.threads.append(threading.current_thread())
        connection.ensure_connection()
        self.connections.append(connection.connection)


async def ask(threads: KeptThreads, *, at_once: int = 1) -> None:
    await asyncio.gather(*(threads({"type": "http"}, None, None) for _ in range(at_once)))


@pytest.mark.django_db(transaction=True)
async def test_requests_one_after_another_share_a_thread_and_its_connection():
    application = Application()
    threads = KeptThreads(application, kept=1)
    for _ in range(3):
        await ask(threads)
    assert len(set(application.threads)) == 1
    assert len({id(each) for each in application.connections}) == 1
    await closed(threads, application)


@pytest.mark.django_db(transaction=True)
async def test_requests_at_once_have_a_thread_each_and_no_more_stay_than_are_kept():
    application = Application(together=3)
    threads = KeptThreads(application, kept=2)
    await ask(threads, at_once=3)
    assert len(set(application.threads)) == 3
    assert len(threads.free) == 2
    (gone,) = [each for each in application.threads if each not in set(kept_threads(threads))]
    await asyncio.to_thread(gone.join, 10)
    assert not gone.is_alive()
    await closed(threads, application)


async def test_a_request_that_fails_gives_its_thread_back():
    async def failing(scope, receive, send):
        raise ValueError("not this one")

    threads = KeptThreads(failing)
    with pytest.raises(ValueError):
        await ask(threads)
    assert len(threads.free) == 1


def kept_threads(threads: KeptThreads) -> list[threading.Thread]:
    return [thread for executor in threads.free for thread in executor._threads]


async def closed(threads: KeptThreads, application: Application) -> None:
    """The threads and their connections go, as with the process."""
    threads.kept = 0
    while threads.free:
        threads._give_back(threads.free.pop())
    for thread in application.threads:
        await asyncio.to_thread(thread.join, 10)
