"""From an audio file to its loudness and its outline, in one reading.

Nothing of Django is imported here: the processes that measure know nothing of it.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mutagen
import numpy as np
import soundfile

from streaming.loudness import Loudness, LoudnessMeter, tagged
from streaming.waveforms import Outline

# Read at a time.
PIECE_SECONDS = 60
# libsndfile knows no AAC: ffmpeg decodes it, where it is there.
BY_FFMPEG = {".m4a"}
# Seconds for which ffmpeg may decode one file.
PATIENCE = 600


class Unmeasured(Exception):
    """The file cannot be measured; the message says why."""


@dataclass(frozen=True)
class Measured:
    loudness: Loudness
    peak: float
    waveform: bytes


def measure(path: Path) -> Measured:
    """Raises Unmeasured."""
    try:
        said = tagged(path)
        with _decodable(path) as readable, soundfile.SoundFile(readable) as sound:
            return _measure(sound, said)
    except (soundfile.LibsndfileError, mutagen.MutagenError, OSError) as error:
        raise Unmeasured(str(error)) from error


def _measure(sound: soundfile.SoundFile, said: Loudness) -> Measured:
    if not sound.frames:
        raise Unmeasured("it holds no samples")
    outline, meter = Outline(sound.frames), LoudnessMeter(sound.samplerate)
    for samples in sound.blocks(PIECE_SECONDS * sound.samplerate, dtype="float32", always_2d=True):
        if not np.isfinite(samples).all():
            raise Unmeasured("it holds samples that are not finite numbers")
        outline.add(samples)
        if said.track is None:
            meter.add(samples)
    track = meter.integrated() if said.track is None else said.track
    return Measured(Loudness(track, said.album), outline.peak, outline.waveform())


@contextmanager
def _decodable(path: Path) -> Iterator[Path]:
    """The file itself, or what ffmpeg makes of it, for as long as the block lasts."""
    if path.suffix.lower() not in BY_FFMPEG:
        yield path
        return
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise Unmeasured("ffmpeg is needed to decode it, and is not installed")
    with tempfile.TemporaryDirectory() as folder:
        decoded = Path(folder, "decoded.wav")
        command = [ffmpeg, "-nostdin", "-loglevel", "error", "-i", str(path), "-map", "0:a:0", str(decoded)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            raise Unmeasured(f"ffmpeg cannot decode it: {done.stderr.strip()[-300:]}")
        yield decoded
