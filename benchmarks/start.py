"""How long a newcomer waits: from `make run` in a fresh clone to the first page, and from it again once all is there.

    python -m benchmarks.start

Clones the last commit into a folder of its own. Installing is timed apart from the rest, as most of it is downloads.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import machine

PROJECT = Path(__file__).resolve().parent.parent
PORT = 8765
PATIENCE = 600


def install(clone: Path) -> float:
    started = time.perf_counter()
    subprocess.run(["make", ".venv/.runtime"], cwd=clone, env=_environment(), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def first_page(clone: Path) -> float:
    """Seconds from `make run` to a home page answered; stops the service again."""
    started = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={PORT}"],
        cwd=clone,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers():
            if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise RuntimeError(f"make run gave no page; it ended with {process.poll()}")
            time.sleep(0.02)
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def _answers() -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{PORT}/", timeout=PATIENCE).status_code == 200
    except httpx.TransportError:
        return False


def _environment() -> dict[str, str]:
    """Without this process's own state folder and virtual environment."""
    return {name: value for name, value in os.environ.items() if name not in ("VAR_DIR", "VIRTUAL_ENV")}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
        figures = {"install_s": install(clone), "first_start_s": first_page(clone), "warm_start_s": first_page(clone)}
    print(
        json.dumps(
            {
                "benchmark": "start",
                **{name: round(value, 1) for name, value in figures.items()},
                "targets": {"first_start_s": 90, "warm_start_s": 5},
                "machine": machine.described(),
            }
        )
    )


if __name__ == "__main__":
    main()
