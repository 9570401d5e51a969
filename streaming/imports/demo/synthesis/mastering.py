"""The last step: equal loudness, peaks held, ends faded."""

import numpy as np
import scipy

from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.filters import high_pass

# LUFS of every piece.
LOUDNESS = -13.5
# The highest sample, dBFS. An MP3 decoder overshoots by a little.
PEAK = -1.0
LOOKAHEAD = 0.005


def _k_weighting() -> np.ndarray:
    """The two filters of ITU-R BS.1770 as second-order sections: a high shelf for the head, and a high-pass.

    The standard gives coefficients for 48 kHz; these are its analogue prototypes, transformed for our sample rate.
    """
    sections = []
    for hz, quality, gains in (
        (1681.974, 0.7071752, (1.584865, 1.258720, 1.0)),
        (38.13547, 0.5003270, (1.0, 0.0, 0.0)),
    ):
        k = np.tan(np.pi * hz / SAMPLE_RATE)
        high, band, low = gains
        numerator = [high + band * k / quality + low * k * k, 2 * (low * k * k - high),
                     high - band * k / quality + low * k * k]  # fmt: skip
        denominator = [1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k]
        sections.append(np.array(numerator + denominator) / denominator[0])
    return np.array(sections)


def loudness(stereo: np.ndarray) -> float:
    """LUFS of the whole, by ITU-R BS.1770 without its gate; -inf for silence."""
    power = (scipy.signal.sosfilt(_k_weighting().astype(np.float32), stereo) ** 2).mean(axis=1, dtype=np.float64).sum()
    return float(-0.691 + 10 * np.log10(power)) if power else -np.inf


def limited(stereo: np.ndarray, ceiling: float) -> np.ndarray:
    """Turns down what would go beyond `ceiling`, from LOOKAHEAD seconds before it, so that nothing is clipped."""
    window = 2 * round(LOOKAHEAD * SAMPLE_RATE) + 1
    peaks = scipy.ndimage.maximum_filter1d(np.abs(stereo).max(axis=0), window)
    gain = ceiling / np.maximum(peaks, ceiling)
    return stereo * scipy.ndimage.uniform_filter1d(gain, window)


def mastered(stereo: np.ndarray, *, fade_in: float, fade_out: float) -> np.ndarray:
    """A finished mix at LOUDNESS with no sample beyond PEAK; fades in seconds, to exact silence at both ends."""
    stereo = high_pass(stereo, 28)
    for fade, part in ((fade_in, stereo), (fade_out, stereo[:, ::-1])):
        length = min(round(fade * SAMPLE_RATE), stereo.shape[1] // 2)
        part[:, :length] *= (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, length))).astype(np.float32)
    for _ in range(2):  # the limiter takes a little loudness, which the second round gives back
        stereo = limited(stereo * np.float32(10 ** ((LOUDNESS - loudness(stereo)) / 20)), 10 ** (PEAK / 20))
    return stereo
