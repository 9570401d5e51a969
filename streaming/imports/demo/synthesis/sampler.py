"""An instrument of which each pitch is recorded once."""

from collections.abc import Callable

import numpy as np

from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.envelopes import held


class Sampler:
    def __init__(self, record: Callable[[float], np.ndarray]):
        self._record = record
        self._recordings: dict[float, np.ndarray] = {}

    def note(self, pitch: float, seconds: float, release: float = 0.06) -> np.ndarray:
        """The first `seconds` of the recording of `pitch`, damped over `release` seconds more."""
        if pitch not in self._recordings:
            self._recordings[pitch] = self._record(pitch)
        sound = self._recordings[pitch][: round((seconds + release) * SAMPLE_RATE)]
        return held(sound, attack=0.001, release=release)
