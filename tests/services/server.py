"""A real server in a process of its own, on loopback, for as long as tests need it."""

import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# Seconds for what takes a few on an idle machine.
PATIENCE = 60


class Unavailable(Exception):
    """The server cannot run here; the message says what it lacks."""


class Server:
    """One process and its output. It can be stopped as a service manager would, or killed, and started again."""

    def __init__(self, name: str, command: Sequence[str], log: Path, **options) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.options = options
        self.process: subprocess.Popen | None = None

    def start(self, is_ready: Callable[[], bool], *, environment: Mapping[str, str] | None = None) -> None:
        if environment is not None:
            self.options["env"] = dict(environment)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, **self.options)
        self.wait_until(is_ready)

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.name} did not start:\n{self.output()[-4000:]}")
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to end; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """As a crash would, with all that it started, as a container's processes go together; nothing where it has
        ended."""
        if self.process is not None and self.process.poll() is None:
            started = [os.pidfd_open(pid) for pid in _started_by(self.process.pid)]
            self.process.kill()
            self.process.wait()
            for pidfd in started:
                _end(pidfd)

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def _started_by(pid: int) -> Iterator[int]:
    """Each process that it, or one of these, started and that runs."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            yield child
            yield from _started_by(child)


def _end(pidfd: int) -> None:
    """Kills a process and waits until it is gone, with its port and its locks."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        select.select([pidfd], [], [], PATIENCE)
    os.close(pidfd)


def program(name: str, *folders: str) -> str:
    """The path of a program; raises Unavailable where it is not installed."""
    path = ":".join([*folders, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"])
    found = shutil.which(name) or shutil.which(name, path=path)
    if found is None:
        raise Unavailable(f"{name} is not installed")
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def answers(port: int) -> bool:
    """Whether something listens on this port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
