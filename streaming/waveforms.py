"""The outline of a recording, by which one seeks: how high the samples go in each piece of it.

Nothing of Django is imported here: the processes that measure know nothing of it.
"""

import numpy as np

# Pieces of a track, each a byte: a seek bar has hardly more bars than this on any screen.
PIECES = 256
FULL = 255


class Outline:
    """Reads a recording of `frames` samples a channel piece by piece."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._read = 0
        self._peaks = np.zeros(PIECES, dtype=np.float32)

    def add(self, samples: np.ndarray) -> None:
        """`samples`: float, shape (frames, channels), which follow those added before."""
        heights = np.abs(samples).max(axis=1)
        piece = np.minimum((self._read + np.arange(len(heights))) * PIECES // self._frames, PIECES - 1)
        starts = np.flatnonzero(np.diff(piece, prepend=-1))
        self._peaks[piece[starts]] = np.maximum(self._peaks[piece[starts]], np.maximum.reduceat(heights, starts))
        self._read += len(heights)

    @property
    def peak(self) -> float:
        """The highest sample; 1 is full scale."""
        return float(self._peaks.max())

    def waveform(self) -> bytes:
        """A byte a piece, FULL for the highest sample of the whole recording; all 0 for silence."""
        scale = FULL / self.peak if self.peak else 0
        return np.round(self._peaks * scale).astype(np.uint8).tobytes()
