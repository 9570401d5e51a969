"""A room: convolution with noise that dies away, another on each side."""

import numpy as np
import scipy

from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.filters import high_pass, low_pass


def reverb(send: np.ndarray, seconds: float, damping_hz: float, rng: np.random.Generator) -> np.ndarray:
    """What the room answers to `send`, mono; as long as it. `seconds` is the time to -60 dB."""
    time = np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)
    noise = rng.standard_normal((2, len(time)), np.float32) * np.exp(-6.91 / seconds * time)
    room = high_pass(low_pass(noise, damping_hz, order=1), 150, order=1)
    room /= np.sqrt((room**2).sum(axis=1, keepdims=True))
    size = scipy.fft.next_fast_len(len(send) + len(time) - 1, real=True)
    return scipy.fft.irfft(scipy.fft.rfft(send, size) * scipy.fft.rfft(room, size), size)[:, : len(send)]
