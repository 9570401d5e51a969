"""Pitched tones: band-limited wavetables, and frequency modulation for bells and electric pianos."""

from functools import lru_cache

import numpy as np

from streaming.imports.demo.synthesis import SAMPLE_RATE

TABLE_SIZE = 4096
# Hz: harmonics above are left out, so that no tone aliases.
HIGHEST = 16_000.0

# Amplitude of the k-th harmonic, k = 1, 2, …
SHAPES = {
    "sine": lambda k: (k == 1).astype(float),
    "triangle": lambda k: np.where(k % 2 == 1, np.where(k % 4 == 1, 1.0, -1.0) / k**2, 0.0),
    "square": lambda k: np.where(k % 2 == 1, 1 / k, 0.0),
    "pulse25": lambda k: np.sin(np.pi * k * 0.25) / k,
    "pulse12": lambda k: np.sin(np.pi * k * 0.125) / k,
    "saw": lambda k: 1 / k,
    "soft": lambda k: 1 / k**1.8,
    "bow": lambda k: (1 + 0.8 * np.exp(-(((k - 3) / 2.0) ** 2))) / k**1.25,
    "flute": lambda k: np.select([k == 1, k == 2, k == 3, k == 4], [1.0, 0.28, 0.12, 0.04], 0.0),
    "upright": lambda k: np.exp(-0.55 * (k - 1)) * (1 + 0.4 * (k == 2)),
}


def frequency(pitch: float) -> float:
    """Hz of a MIDI pitch: 69 is A4, 440 Hz; a fraction detunes."""
    return 440.0 * 2 ** ((pitch - 69) / 12)


@lru_cache(maxsize=512)
def _table(shape: str, harmonics: int) -> np.ndarray:
    k = np.arange(1, harmonics + 1)
    spectrum = np.zeros(TABLE_SIZE // 2 + 1, complex)
    spectrum[1 : harmonics + 1] = -1j * SHAPES[shape](k)
    wave = np.fft.irfft(spectrum)
    return (wave / np.abs(wave).max()).astype(np.float32)


def tone(
    shape: str, pitch: float, seconds: float, *, phase: float = 0.0, vibrato: float = 0.0, vibrato_hz: float = 5.5
) -> np.ndarray:
    """A steady tone of one of SHAPES; `vibrato` is its depth in semitones, which grows over the first 0.4 s."""
    hz = frequency(pitch)
    table = _table(shape, int(np.clip(HIGHEST // hz, 1, TABLE_SIZE // 8)))
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    cycles = phase + hz * time
    if vibrato:
        swing = hz * (2 ** (vibrato / 12) - 1) / (2 * np.pi * vibrato_hz)
        cycles += swing * np.minimum(1, time / 0.4) * np.sin(2 * np.pi * vibrato_hz * time)
    return table[(cycles * TABLE_SIZE).astype(np.int64) & (TABLE_SIZE - 1)]


def ensemble(
    shape: str, pitch: float, seconds: float, rng: np.random.Generator, *, voices: int = 3, detune: float = 0.08,
    vibrato: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """Several players of one note, each a little out of tune (`detune` semitones at most) and of phase."""
    offsets = np.linspace(-detune, detune, voices)
    return sum(
        tone(shape, pitch + offset, seconds, phase=rng.random(), vibrato=vibrato, vibrato_hz=rng.uniform(4.8, 6.0))
        for offset in offsets
    ) / np.float32(voices)


def bell(
    pitch: float, seconds: float, *, ratio: float = 3.5, brightness: float = 2.0, decay: float = 1.0
) -> np.ndarray:
    """A struck tone by frequency modulation: `ratio` of modulator to carrier, `decay` in seconds to 1/e."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    fade = np.exp(-time / decay)
    angle = 2 * np.pi * frequency(pitch) * time
    wave = np.sin(angle + brightness * fade**2 * np.sin(ratio * angle)) * fade
    return (wave * np.minimum(1, time / 0.002)).astype(np.float32)
