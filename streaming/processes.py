"""Processes for heavy work beside the web server. They import this file, and know nothing of Django."""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess

from threadpoolctl import threadpool_limits


def pool(processes: int) -> ProcessPoolExecutor:
    # A spawned process inherits no lock that a thread of the web server holds.
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_settle)


def _settle() -> None:
    """In each process: give way to the web server, leave Ctrl+C to it, and end when it is gone, even by `kill -9`."""
    os.nice(10)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[parent_process()], daemon=True).start()
    # The processes are what runs in parallel.
    threadpool_limits(1)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
