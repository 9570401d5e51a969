"""Percussion: one stroke of each instrument, at full scale."""

from collections.abc import Callable

import numpy as np

from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.envelopes import struck
from streaming.imports.demo.synthesis.filters import band_pass, drive, high_pass, low_pass
from streaming.imports.demo.synthesis.mixer import Stem

Stroke = Callable[[np.random.Generator], np.ndarray]


class Kit:
    """A drummer at a stem. Two takes of each stroke are recorded, and played by turns."""

    def __init__(self, stem: Stem, rng: np.random.Generator):
        self._stem = stem
        self._rng = rng
        self._takes: dict[Stroke, list[np.ndarray]] = {}

    def hit(self, stroke: Stroke, at: float, gain: float = 1.0, pan: float = 0.0) -> None:
        if stroke not in self._takes:
            self._takes[stroke] = [stroke(self._rng), stroke(self._rng)]
        takes = self._takes[stroke]
        takes.reverse()
        self._stem.place(takes[0], at, gain=gain, pan=pan)


def _noise(rng: np.random.Generator, seconds: float) -> np.ndarray:
    return rng.uniform(-1, 1, round(seconds * SAMPLE_RATE)).astype(np.float32)


def _full(sound: np.ndarray) -> np.ndarray:
    return (sound / np.abs(sound).max()).astype(np.float32)


def _skin(seconds: float, low: float, high: float, fall: float, decay: float) -> np.ndarray:
    """A struck skin: a sine that falls from `high` to `low` Hz in about `fall` seconds."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    cycles = low * time + (high - low) * fall * (1 - np.exp(-time / fall))
    return struck(np.sin(2 * np.pi * cycles).astype(np.float32), decay=decay, attack=0.001)


def electronic_kick(rng: np.random.Generator) -> np.ndarray:
    return _full(drive(_skin(0.4, 48, 240, 0.03, 0.14), 1.8))


def acoustic_kick(rng: np.random.Generator) -> np.ndarray:
    beater = struck(low_pass(_noise(rng, 0.25), 3000), decay=0.008)
    return _full(_skin(0.25, 55, 130, 0.03, 0.08) + 0.5 * beater)


def dusty_kick(rng: np.random.Generator) -> np.ndarray:
    return _full(low_pass(drive(_skin(0.35, 44, 105, 0.05, 0.12), 2.5), 900))


def snare(rng: np.random.Generator) -> np.ndarray:
    wires = struck(high_pass(_noise(rng, 0.28), 1300), decay=0.075)
    return _full(0.9 * _skin(0.28, 185, 260, 0.02, 0.06) + 0.9 * wires)


def dusty_snare(rng: np.random.Generator) -> np.ndarray:
    return _full(low_pass(struck(_noise(rng, 0.22), decay=0.05) + 0.6 * _skin(0.22, 170, 220, 0.02, 0.05), 6000))


def clap(rng: np.random.Generator) -> np.ndarray:
    sound = np.zeros(round(0.3 * SAMPLE_RATE), np.float32)
    for hand, delay in enumerate((0.0, 0.011, 0.023)):
        burst = struck(_noise(rng, 0.25), decay=0.01 if hand < 2 else 0.07)
        start = round(delay * SAMPLE_RATE)
        sound[start : start + len(burst)] += burst
    return _full(band_pass(sound, 800, 3500))


def closed_hat(rng: np.random.Generator) -> np.ndarray:
    return _full(struck(high_pass(_noise(rng, 0.09), 7500), decay=0.018))


def open_hat(rng: np.random.Generator) -> np.ndarray:
    return _full(struck(high_pass(_noise(rng, 0.35), 6500), decay=0.1))


def ride(rng: np.random.Generator) -> np.ndarray:
    """A cymbal: noise, and partials of no harmonic order."""
    time = np.arange(round(0.8 * SAMPLE_RATE)) / SAMPLE_RATE
    partials = sum(np.sin(2 * np.pi * hz * time + rng.uniform(0, 6.28)) for hz in (3140, 4270, 5480, 6790, 8230))
    metal = partials.astype(np.float32) * 0.16 + 0.5 * high_pass(_noise(rng, 0.8), 6000)
    return _full(struck(metal, decay=0.16))


def crash(rng: np.random.Generator) -> np.ndarray:
    return _full(struck(high_pass(_noise(rng, 1.8), 3500), decay=0.55))


def brush(rng: np.random.Generator) -> np.ndarray:
    """A brush drawn over the snare drum."""
    stroke = band_pass(_noise(rng, 0.22), 1800, 7000)
    return _full(stroke * np.hanning(len(stroke)).astype(np.float32))


def rim(rng: np.random.Generator) -> np.ndarray:
    return _full(_skin(0.08, 820, 1700, 0.003, 0.012) + 0.2 * struck(_noise(rng, 0.08), decay=0.005))


def shaker(rng: np.random.Generator) -> np.ndarray:
    grains = band_pass(_noise(rng, 0.09), 4000, 9000)
    return _full(grains * np.hanning(len(grains)).astype(np.float32))


def tap(rng: np.random.Generator) -> np.ndarray:
    """A hand on a guitar's body."""
    return _full(low_pass(_skin(0.2, 95, 150, 0.015, 0.035) + 0.3 * struck(_noise(rng, 0.2), decay=0.01), 1200))


def timpani(rng: np.random.Generator) -> np.ndarray:
    return _full(_skin(1.6, 82, 96, 0.05, 0.5) + 0.1 * struck(low_pass(_noise(rng, 1.6), 500), decay=0.05))


def chip_kick(rng: np.random.Generator) -> np.ndarray:
    time = np.arange(round(0.12 * SAMPLE_RATE)) / SAMPLE_RATE
    cycles = 50 * time + 190 * 0.025 * (1 - np.exp(-time / 0.025))
    triangle = 2 * np.abs(2 * (cycles % 1) - 1) - 1
    return struck(triangle.astype(np.float32), decay=0.07, attack=0.0005)


def chip_noise(rng: np.random.Generator) -> np.ndarray:
    """Noise of a sound chip: a new random bit every fifth sample."""
    bits = rng.choice(np.float32([-1, 1]), round(0.16 * SAMPLE_RATE / 5))
    return struck(np.repeat(bits, 5), decay=0.05, attack=0.0005)


def chip_tick(rng: np.random.Generator) -> np.ndarray:
    bits = rng.choice(np.float32([-1, 1]), round(0.05 * SAMPLE_RATE / 2))
    return struck(np.repeat(bits, 2), decay=0.012, attack=0.0005)
