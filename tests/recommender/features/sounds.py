"""Signals whose features are known beforehand."""

from pathlib import Path

import numpy as np
import soundfile

RATE = 44_100


def sine(hertz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float, rate: int = RATE) -> np.ndarray:
    return np.random.default_rng(1).uniform(-0.5, 0.5, round(seconds * rate)).astype(np.float32)


def write(path: Path, signal: np.ndarray, rate: int = RATE) -> Path:
    """In the format that the suffix names."""
    soundfile.write(path, signal, rate)
    return path
