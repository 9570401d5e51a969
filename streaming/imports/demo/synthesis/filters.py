"""What shapes a whole stem: filters, drive, tremolo, echo, a duck under the kick drum."""

from collections.abc import Iterable

import numpy as np
import scipy  # its parts are loaded when they are called: the web server plans pieces, and filters none

from streaming.imports.demo.synthesis import SAMPLE_RATE


def low_pass(sound: np.ndarray, hz: float, order: int = 2) -> np.ndarray:
    return _filtered(sound, hz, "lowpass", order)


def high_pass(sound: np.ndarray, hz: float, order: int = 2) -> np.ndarray:
    return _filtered(sound, hz, "highpass", order)


def band_pass(sound: np.ndarray, low: float, high: float, order: int = 1) -> np.ndarray:
    return _filtered(sound, (low, high), "bandpass", order)


def _filtered(sound: np.ndarray, hz: float | tuple[float, float], kind: str, order: int) -> np.ndarray:
    sections = scipy.signal.butter(order, hz, kind, fs=SAMPLE_RATE, output="sos").astype(np.float32)
    return scipy.signal.sosfilt(sections, sound)


def sweep(sound: np.ndarray, dark_hz: float, bright_hz: float, openness: np.ndarray) -> np.ndarray:
    """A low-pass that opens and closes: `openness` from 0 (dark) to 1 (bright), one value a sample."""
    return low_pass(sound, dark_hz) * (1 - openness) + low_pass(sound, bright_hz) * openness


def drive(sound: np.ndarray, gain: float) -> np.ndarray:
    """The saturation of an overdriven amplifier; `gain` is how far beyond full scale it is pushed."""
    return np.tanh(sound * np.float32(gain))


def slow_wave(length: int, hz: float, phase: float = 0.0) -> np.ndarray:
    """A sine from 0 to 1 of `length` samples, to move other things with."""
    cycles = phase + np.arange(length) * (hz / SAMPLE_RATE)
    return (0.5 + 0.5 * np.sin(2 * np.pi * cycles)).astype(np.float32)


def echo(stereo: np.ndarray, seconds: float, feedback: float, repeats: int = 4) -> np.ndarray:
    """Repeats that change sides, each `feedback` times as loud as the one before."""
    out = stereo.copy()
    for repeat in range(1, repeats + 1):
        delay = round(seconds * repeat * SAMPLE_RATE)
        if delay < stereo.shape[1]:
            source = stereo[::-1] if repeat % 2 else stereo
            out[:, delay:] += source[:, : stereo.shape[1] - delay] * np.float32(feedback**repeat)
    return out


def duck(length: int, moments: Iterable[float], depth: float, recovery: float) -> np.ndarray:
    """A gain that drops by `depth` at each moment (seconds) and is back after `recovery` seconds."""
    gain = np.ones(length, np.float32)
    curve = 1 - depth * np.linspace(1, 0, round(recovery * SAMPLE_RATE), dtype=np.float32) ** 1.5
    for moment in moments:
        start = round(moment * SAMPLE_RATE)
        part = gain[start : start + len(curve)]
        np.minimum(part, curve[: len(part)], out=part)
    return gain
