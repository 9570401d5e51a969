"""How a tone comes and goes."""

import numpy as np

from streaming.imports.demo.synthesis import SAMPLE_RATE


def held(sound: np.ndarray, *, attack: float, release: float) -> np.ndarray:
    """Swells in and out along half a cosine, `attack` and `release` in seconds; full between."""
    length = sound.shape[-1]
    envelope = np.ones(length, np.float32)
    rise = min(length // 2, max(1, round(attack * SAMPLE_RATE)))
    fall = min(length - rise, max(1, round(release * SAMPLE_RATE)))
    envelope[:rise] = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, rise))
    envelope[length - fall :] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fall))
    return sound * envelope


def struck(sound: np.ndarray, *, decay: float, attack: float = 0.003) -> np.ndarray:
    """Dies away to 1/e in `decay` seconds, without a click at either end."""
    time = np.arange(sound.shape[-1], dtype=np.float32) / np.float32(SAMPLE_RATE)
    return held(sound * np.exp(-time / np.float32(decay)), attack=attack, release=0.01)
