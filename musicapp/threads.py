"""Threads that stay, for the requests that an ASGI server answers.

Django gives each request a thread of its own there, and so another connection to the database, which with SQLite costs
more to open than most pages ask of it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

# Threads that wait for requests; as many more as are asked for at once come and go.
KEPT = 8


class KeptThreads:
    """ASGI middleware: each request has a thread to itself, where one is free the one that was used last."""

    def __init__(self, application: Callable, kept: int = KEPT) -> None:
        self.application = application
        self.kept = kept
        self.free: list[ThreadPoolExecutor] = []

    async def __call__(self, scope, receive, send) -> None:
        thread = self.free.pop() if self.free else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.application(scope, receive, send)
        finally:
            self._give_back(thread)

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self.free) < self.kept:
            self.free.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)
