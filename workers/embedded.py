"""The whole service in one process: threads for the readers of the event log, the Celery workers and their schedule.

What these threads hold in memory (waiting tasks, sockets) may be lost with the process; what was acknowledged is on
disk, and the consumer goes on from it at the next start.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from functools import partial

from celery import Celery, current_app
from celery.beat import Service
from celery.worker import state

from streaming.imports.demo import filling as demo
from workers import consumer, lake, refresh

logger = logging.getLogger(__name__)

# A thread each: a refresh never waits behind a training or the features of new tracks.
QUEUES = ("refresh", "features", "training")
CONSUMER, LAKE, BEAT, DEMO = "consumer", "lake", "celery-beat", "demo"
# Without these there is no service. A demo that could not be composed is a pity, and so is a lake that does not grow:
# the next start goes on with either.
ESSENTIAL = {CONSUMER, BEAT, *(f"celery-{queue}" for queue in QUEUES)}
# Seconds for which a thread that computes may keep the others from running. Python's default of 5 ms would be added to
# each of the dozen queries of a refresh whenever another thread is busy.
SWITCH_INTERVAL = 0.0005
# Seconds that a stopping thread gets for what it holds.
GRACE = 5.0


class ThreadCrashed(Exception):
    """A thread that the service cannot do without ended by an error, which was printed."""


@contextmanager
def running(*, with_demo: bool):
    """Runs all that works beside the web server for as long as the block lasts.

    Where an essential thread crashes, the process gets SIGTERM, and the block ends in ThreadCrashed: a service that
    takes events and does nothing with them would look well.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    crashed: list[str] = []
    try:
        with ExitStack() as stack:
            stack.enter_context(_hearing_of_crashes(crashed))
            stack.enter_context(_workers())
            stack.enter_context(_beat())
            stack.enter_context(_until_stopped(CONSUMER, consumer.run))
            stack.enter_context(_until_stopped(LAKE, lake.run))
            if with_demo:
                stack.enter_context(_until_stopped(DEMO, _fill_demo))
            yield
    finally:
        if crashed:
            raise ThreadCrashed(f"the thread {crashed[0]} ended by an error")


@contextmanager
def _hearing_of_crashes(crashed: list[str]):
    def hear(args: threading.ExceptHookArgs) -> None:
        threading.__excepthook__(args)
        if args.thread and args.thread.name in ESSENTIAL:
            crashed.append(args.thread.name)
            os.kill(os.getpid(), signal.SIGTERM)

    threading.excepthook = hear
    try:
        yield
    finally:
        threading.excepthook = threading.__excepthook__


@contextmanager
def _workers():
    workers = [_worker(queue) for queue in QUEUES]
    serving = zip(QUEUES, workers, strict=True)
    threads = [_thread(f"celery-{queue}", partial(_serve, queue, worker)) for queue, worker in serving]
    try:
        yield
    finally:
        with _stopping(workers):
            _join(threads)


def _serve(queue: str, worker) -> None:
    if queue == "refresh":
        refresh.warm_up()
    worker.start()


@contextmanager
def _stopping(workers: list):
    """Asks the workers to end; they may be asked to start again after the block."""
    if current_app.conf.broker_url.startswith("memory:"):
        for worker in workers:
            worker.stop()
        yield
        return
    # A connection may be closed by no other thread than the one that reads from it. Each looks at this every two
    # seconds.
    state.should_stop = os.EX_OK
    try:
        yield
    finally:
        state.should_stop = None


def _worker(queue: str):
    """A Celery worker of one queue, which runs its tasks one after another in the thread that starts it."""
    # Which queues are read is kept in the application, and so each worker has one of its own. They all meet in the
    # broker, which is one for the process.
    app = Celery("embedded", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.finalize()
    return app.WorkController(
        queues=[queue],
        hostname=f"{queue}@embedded",
        pool="solo",
        # Celery has one event loop a process: with Redis each thread would read from the others' connections.
        use_eventloop=False,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )


@contextmanager
def _beat():
    service = Service(current_app, scheduler_cls="celery.beat:Scheduler")
    thread = _thread(BEAT, service.start)
    try:
        yield
    finally:
        service.stop()
        _join([thread])


@contextmanager
def _until_stopped(name: str, work: Callable[[threading.Event], None]):
    """Runs `work` in a thread; it ends of itself once the event that it is given is set."""
    stopping = threading.Event()
    thread = _thread(name, lambda: work(stopping))
    try:
        yield
    finally:
        stopping.set()
        _join([thread])


def _fill_demo(stopping: threading.Event) -> None:
    if demo.is_wanted():
        demo.fill(stopping=stopping)


def _thread(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _join(threads: list[threading.Thread]) -> None:
    deadline = time.monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            logger.warning("%s is still busy: its work is left and goes on at the next start", thread.name)
