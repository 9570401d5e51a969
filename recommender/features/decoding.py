"""From an audio file to samples that features can be taken of."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

# That of CDs, and of most of FMA.
SAMPLE_RATE = 44_100
# FMA's features are those of clips of 30 s from the middle of a recording; so are ours, of a recording of any length.
CLIP_SECONDS = 30
SHORTEST_SECONDS = 1
# Files of floating-point samples may pass full scale, and some count in integers; their squares must stay finite.
LOUDEST = 1e10


class AudioError(Exception):
    """A file of which no features can be taken; the message says why.

    `broken` is true where not even the start could be played, and false for audio that is of no use here.
    """

    def __init__(self, message: str, broken: bool) -> None:
        super().__init__(message, broken)
        self.message = message
        self.broken = broken

    def __str__(self) -> str:
        return self.message


def decode(path: Path) -> np.ndarray:
    """The middle 30 s (or all that there is) as mono at `SAMPLE_RATE`: float32, shape (samples,).

    Raises AudioError, and OSError where the file cannot be opened.
    """
    samples, rate = _read_middle(path)
    if len(samples) < SHORTEST_SECONDS * rate:
        raise AudioError(f"too short: {len(samples) / rate:.2f} s, and {SHORTEST_SECONDS} s is needed", broken=False)
    mono = samples @ np.full(samples.shape[1], 1 / samples.shape[1], np.float32)
    if not np.isfinite(mono).all():
        raise AudioError("holds samples that are not finite numbers", broken=False)
    if np.abs(mono).max() > LOUDEST:
        raise AudioError(f"holds samples up to {np.abs(mono).max():.0e}, and full scale is 1", broken=False)
    if np.ptp(mono) == 0:
        raise AudioError("silent: every sample is the same", broken=False)
    return mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE)


def _read_middle(path: Path) -> tuple[np.ndarray, int]:
    """Samples of shape (frames, channels), and their rate in Hz."""
    with path.open("rb") as file:
        start = file.read(12)
    if not start:
        raise AudioError("the file is empty", broken=True)
    if start[4:8] == b"ftyp":
        raise AudioError("M4A (AAC in MP4) can be played, but not analysed here: FLAC, MP3, Ogg, WAV can", broken=False)
    try:
        with soundfile.SoundFile(path) as sound:
            return _middle(sound), sound.samplerate
    except soundfile.LibsndfileError as error:
        reason = error.error_string
        if _starts(path):
            raise AudioError(f"damaged: only its start can be decoded ({reason})", broken=False) from error
        raise AudioError(f"cannot be decoded: {reason}", broken=True) from error


def _middle(sound: soundfile.SoundFile) -> np.ndarray:
    if not sound.frames:
        raise AudioError("cannot be decoded: it holds no samples", broken=True)
    wanted = min(sound.frames, CLIP_SECONDS * sound.samplerate)
    first = (sound.frames - wanted) // 2
    sound.seek(first)
    samples = sound.read(wanted, dtype="float32", always_2d=True)
    # An MP3 decoder drops a few frames at the ends; a second missing means that the file was cut.
    if wanted - len(samples) > sound.samplerate:
        promised, found = sound.frames / sound.samplerate, (first + len(samples)) / sound.samplerate
        raise AudioError(f"truncated: it ends at or before {found:.1f} s of {promised:.1f} s", broken=False)
    return samples


def _starts(path: Path) -> bool:
    """Whether at least the shortest useful beginning can be decoded, so that a player plays it."""
    try:
        with soundfile.SoundFile(path) as sound:
            wanted = SHORTEST_SECONDS * sound.samplerate
            return len(sound.read(wanted)) == wanted
    except soundfile.LibsndfileError:
        return False
