"""Plucked strings (K. Karplus and A. Strong, "Digital Synthesis of Plucked-String and Drum Timbres", 1983)."""

import numpy as np

from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.tones import frequency


def pluck(
    pitch: float, seconds: float, rng: np.random.Generator, *, brightness: float = 0.5, ring: float = 0.996
) -> np.ndarray:
    """A string of noise that is averaged once a period: its harmonics die away from the top.

    `brightness` from 0 to 1 is how little the noise is smoothed before, `ring` what is kept in a period.
    """
    length = round(seconds * SAMPLE_RATE)
    exact = SAMPLE_RATE / frequency(pitch) - 0.5  # the average itself delays by half a sample
    period = int(exact)
    string = rng.uniform(-1, 1, period)
    for _ in range(round(6 * (1 - brightness))):
        string = 0.5 * (string + np.roll(string, 1))
    string -= string.mean()
    periods = np.empty((int(length / exact) + 3, period), np.float32)
    for row in periods:
        row[:] = string
        string = ring * 0.5 * (string + np.roll(string, 1))
    # The period is a whole number of samples: reading a little slower puts the string in tune.
    wave = np.interp(np.arange(length) * (period / exact), np.arange(periods.size), periods.ravel())
    release = min(length, round(0.03 * SAMPLE_RATE))
    wave[length - release :] *= np.linspace(1, 0, release)
    return (wave / max(np.abs(wave).max(), 1e-9)).astype(np.float32)
