"""How loud a recording is: by its ReplayGain tags, else measured by EBU R 128.

Nothing of Django is imported here: the processes that measure know nothing of it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import mutagen
import numpy as np
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags
from pyloudnorm import Meter

# ITU-R BS.1770-4: blocks below this are no sound (LUFS), nor are those so much below the rest (LU).
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
# Of a block, in seconds; shorter recordings have no loudness.
BLOCK_SECONDS = 0.4
# BS.1770 weighs up to five channels.
MOST_CHANNELS = 5
# What ReplayGain 2.0 turns every recording to (LUFS), and Opus (RFC 7845, 5.2.1): a gain of 0 is this loudness.
REPLAYGAIN_LUFS, OPUS_LUFS = -18.0, -23.0
# Of a Q7.8 number, as Opus writes its gains.
Q7_8 = 256


@dataclass(frozen=True)
class Loudness:
    """LUFS; None where it is not known."""

    track: float | None = None
    album: float | None = None


class LoudnessMeter:
    """The integrated loudness of a recording that is read piece by piece, so that hours of it take no memory.

    Each piece is filtered on its own, and so blocks across two pieces are not among those counted: of pieces of a
    minute that is one block in 150.
    """

    def __init__(self, rate: int) -> None:
        self._meter = Meter(rate)
        self._shortest = math.ceil(rate * BLOCK_SECONDS)
        self._blocks: list[float] = []

    def add(self, samples: np.ndarray) -> None:
        """`samples`: float, shape (frames, channels)."""
        if len(samples) >= self._shortest:
            self._meter.integrated_loudness(samples[:, :MOST_CHANNELS].astype(np.float64, copy=False))
            self._blocks.extend(self._meter.blockwise_loudness)

    def integrated(self) -> float | None:
        """LUFS, gated as BS.1770-4 says (equations 5 to 7); None for silence."""
        return gated(self._blocks)


def gated(blocks: Iterable[float]) -> float | None:
    """The mean loudness of blocks, in LUFS, without those that are silence or far below the others."""
    loud = np.array([block for block in blocks if block >= ABSOLUTE_GATE])
    if not len(loud):
        return None
    loud = loud[loud > mean_loudness(loud) + RELATIVE_GATE]
    return round(mean_loudness(loud), 2)


def mean_loudness(levels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The loudness of the mean energy, in LUFS: the 0.691 dB of K-weighting add and subtract the same."""
    return 10 * math.log10(np.average(10 ** (levels / 10), weights=weights))


def tagged(path: Path) -> Loudness:
    """What the file's ReplayGain or R128 tags say; nothing where there are none, or they make no sense."""
    tags = getattr(mutagen.File(path), "tags", None)
    if tags is None:
        return Loudness()
    said = _replaygain(tags)
    return Loudness(track=_loudness(said, "track"), album=_loudness(said, "album"))


def _loudness(said: dict[str, str], kind: str) -> float | None:
    for name, reference, unit in (
        (f"replaygain_{kind}_gain", REPLAYGAIN_LUFS, 1),
        (f"r128_{kind}_gain", OPUS_LUFS, Q7_8),
    ):
        gain = _number(said.get(name, ""))
        if gain is not None and abs(gain / unit) <= -ABSOLUTE_GATE:
            return round(reference - gain / unit, 2)
    return None


def _replaygain(tags: mutagen.Tags) -> dict[str, str]:
    """The tags about loudness by their names in small letters, whichever format keeps them."""
    if isinstance(tags, ID3):
        pairs = [(frame.desc, frame.text) for frame in tags.getall("TXXX")]
    elif isinstance(tags, MP4Tags):
        pairs = [(key.rpartition(":")[2], [bytes(value).decode("utf-8", "replace") for value in values])
                 for key, values in tags.items() if key.startswith("----:")]  # fmt: skip
    else:
        pairs = [(key, values) for key, values in tags.items()]
    return {name.lower(): str(values[0]) for name, values in pairs if values}


def _number(text: str) -> float | None:
    """-6.54 of "-6.54 dB"."""
    try:
        number = float(text.lower().removesuffix("db").strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None
