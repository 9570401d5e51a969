"""A real server process for the benchmarks that talk to one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 60


@contextmanager
def running(var_dir: Path) -> Iterator[str]:
    """Runs `manage.py serve` on a free port over `var_dir`; yields its address."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--prepare", "--port", "0"],
        cwd=PROJECT,
        env=os.environ | {"VAR_DIR": str(var_dir)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = process.stdout.readline().removeprefix("Listening on ").strip()
        _await(address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _await(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(f"{address}/login/", timeout=5).raise_for_status()
            return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
