"""From the outbox to the topic: a thread in each process that writes events, of which one a machine is at work."""

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.outbox import Outbox
from streaming.events.kafka.producer import Producer

logger = logging.getLogger(__name__)

# Messages sent in one go: enough of them that it is faster than those who write behind it.
BATCH = 2000
# Seconds between two looks into an outbox that was empty, or is another process's to relay.
LOOK_EVERY = 1.0
# Seconds before the brokers are tried again: the first pause, and the longest that it grows to.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0


class Relay:
    """Sends what the outbox holds, in its order, and asks for the brokers again and again where they are away."""

    def __init__(self, outbox: Outbox, producer: Producer, topic: str) -> None:
        self._outbox = outbox
        self._producer = producer
        self._topic = topic
        self._starting = threading.Lock()
        self._process = 0
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Where this process has no thread yet: one that was forked has not."""
        if self._process == os.getpid():
            return
        with self._starting:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._stopping, self._woken = threading.Event(), threading.Event()
                self._thread = threading.Thread(target=self._run, name="outbox-relay", daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """There is something in the outbox."""
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()
        if self._thread is not None and self._process == os.getpid():
            self._thread.join()

    def run_cycle(self) -> int:
        """Send the oldest messages, and drop them once they are there; returns how many.

        Killed between the two, they come again, and consumers' upserts absorb them. Raises EventLogUnavailable.
        """
        waiting = self._outbox.first(BATCH)
        if waiting:
            self._producer.send(self._topic, [message for _, message in waiting])
            self._outbox.drop(waiting[-1][0])
        return len(waiting)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._alone() as is_alone:
                    if is_alone:
                        self._drain()
            except (EventLogUnavailable, OSError) as error:
                logger.error("the outbox %s cannot be relayed: %s", self._outbox.path, error)
            self._woken.wait(LOOK_EVERY)
            self._woken.clear()

    def _drain(self) -> None:
        """Until the outbox is empty, however long the brokers are away."""
        pause, relayed, told = FIRST_PAUSE, 0, False
        while not self._stopping.is_set():
            try:
                sent = self.run_cycle()
            except EventLogUnavailable as error:
                if not told:
                    logger.error("events wait in the outbox %s until they can be relayed: %s", self._outbox.path, error)
                    told = True
                self._stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            relayed += sent
            if not sent:
                break
        if relayed:
            logger.warning("%d events were relayed from the outbox", relayed)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process is at it; the lock goes with the process, however it ends."""
        self._outbox.path.parent.mkdir(parents=True, exist_ok=True)
        with self._outbox.path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
