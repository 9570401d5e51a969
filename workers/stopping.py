"""How a process that works until it is told to stop hears of it."""

import signal
import threading


def asked() -> threading.Event:
    """Set by SIGTERM or Ctrl+C: whoever waits for it finishes what it holds, and ends. For the main thread."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
