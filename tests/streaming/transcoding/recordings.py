"""Recordings for these tests, and what ffmpeg decodes of a file."""

import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from streaming.transcoding import Form, open_transcoded

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg is installed")
RATE = 48_000
PATIENCE = 60


def click(path: Path, samples: int, at: int) -> Path:
    """Silence with one loud burst of 10 ms that begins at that sample."""
    sound = np.zeros((samples, 2), dtype=np.float32)
    sound[at : at + 480] = 0.8 * np.sin(2 * np.pi * 1000 * np.arange(480) / RATE)[:, None]
    soundfile.write(path, sound, RATE)
    return path


def long_tone(path: Path, seconds: int) -> Path:
    """Some kilobytes, which take ffmpeg a while."""
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 440 * np.arange(seconds * 8000) / 8000), 8000)
    return path


def ffmpeg(*arguments: object) -> bytes:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE).stdout


def decoded(path: Path) -> np.ndarray:
    """Shape (samples, 2), at the rate of the file."""
    return np.frombuffer(ffmpeg("-i", path, "-f", "f32le", "-"), dtype=np.float32).reshape(-1, 2)


def read(file, size: int) -> bytes:
    """So many bytes of a file that may have to be waited for."""
    found, deadline = b"", time.monotonic() + PATIENCE
    while len(found) < size:
        assert time.monotonic() < deadline
        if block := file.read(size - len(found)):
            found += block
        else:
            time.sleep(0.01)
    return found


def whole(path: Path, format: str, bit_rate: int) -> bytes:
    opened = open_transcoded(path, Form(format, bit_rate))
    try:
        return read(opened.file, opened.size)
    finally:
        opened.file.close()
