"""Stems, and the mix of them."""

import numpy as np

from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.reverb import reverb

# Samples of a block in which a stem is silent or not.
BLOCK = 4410


class Stem:
    """The part of one instrument: stereo samples, shape (2, samples)."""

    def __init__(self, seconds: float):
        self.samples = np.zeros((2, round(seconds * SAMPLE_RATE)), np.float32)

    def __len__(self) -> int:
        return self.samples.shape[1]

    def place(self, sound: np.ndarray, at: float, *, gain: float = 1.0, pan: float = 0.0) -> None:
        """Adds a mono sound at `at` seconds; `pan` from -1 (left) to 1 (right). What is beyond the end is left out."""
        start = max(0, round(at * SAMPLE_RATE))
        sound = sound[: max(0, len(self) - start)]
        angle = (pan + 1) * np.pi / 4
        for side, weight in enumerate((np.cos(angle), np.sin(angle))):
            self.samples[side, start : start + len(sound)] += sound * np.float32(gain * weight)

    def loudness(self) -> float:
        """The RMS where it plays at all: of the blocks within 30 dB of the loudest."""
        whole = len(self) // BLOCK * BLOCK
        powers = (self.samples[:, :whole].reshape(2, -1, BLOCK) ** 2).mean(axis=(0, 2))
        playing = powers[powers > powers.max(initial=0.0) * 1e-3]
        return float(np.sqrt(playing.mean())) if playing.size else 0.0


class Mix:
    """Stems brought to their levels, and a room around them."""

    def __init__(self, seconds: float):
        self.dry = np.zeros((2, round(seconds * SAMPLE_RATE)), np.float32)
        self.send = np.zeros(self.dry.shape[1], np.float32)

    def add(self, stem: Stem, level: float, *, send: float = 0.0) -> None:
        """Mixes a stem in at `level` (dB of RMS while it plays); `send` is the share that goes to the room."""
        loudness = stem.loudness()
        if not loudness:
            return
        scaled = stem.samples * np.float32(10 ** (level / 20) / loudness)
        self.dry += scaled
        if send:
            self.send += scaled.mean(axis=0) * np.float32(send)

    def in_room(self, seconds: float, damping_hz: float, rng: np.random.Generator) -> np.ndarray:
        """The mix with its room, shape (2, samples)."""
        return self.dry + reverb(self.send, seconds, damping_hz, rng)
