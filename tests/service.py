"""The service as its users start it: `manage.py serve` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import httpx
import numpy as np
import soundfile

PROJECT = Path(__file__).resolve().parent.parent
# Seconds for what takes one or two on an idle machine.
PATIENCE = 90


class Service:
    """A service over a state folder, which can be stopped, killed and started again."""

    def __init__(self, var_dir: Path):
        self.var_dir = var_dir
        self.environment = os.environ | {
            "VAR_DIR": str(var_dir),
            "DJANGO_SETTINGS_MODULE": "musicapp.settings",
        }
        self.process: subprocess.Popen | None = None
        self.address = ""

    def manage(self, *arguments: str) -> str:
        """Runs a management command; returns what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str) -> str:
        """Serves on a free port; returns the address once a page is answered."""
        command = [sys.executable, "manage.py", "serve", "--prepare", "--port", "0", *arguments]
        with (self.var_dir / "serve.log").open("a") as log:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)
        self.address = self._wait_for(self._listening)
        self._wait_for(self._answers)
        return self.address

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ends it as a service manager would; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def output(self) -> str:
        return (self.var_dir / "serve.log").read_text()

    def _listening(self) -> str:
        found = re.findall(r"Listening on (http://\S+)", self.output())
        return found[-1] if found and found[-1] != self.address else ""

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/login/", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    def _wait_for(self, ready):
        deadline = time.monotonic() + PATIENCE
        while not (answer := ready()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not start:\n{self.output()}")
            time.sleep(0.05)
        return answer


def write_tones(folder: Path, names: Iterable[str], *, seconds: float = 2.0) -> None:
    """A WAV file a name, each of a pitch of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        time_axis = np.arange(int(22_050 * seconds)) / 22_050
        soundfile.write(folder / f"{name}.wav", 0.3 * np.sin(2 * np.pi * (220 + 40 * number) * time_axis), 22_050)
