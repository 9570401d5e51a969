"""How long a recording is, to the sample, before it is decoded."""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import mutagen
import soundfile
from django.utils.translation import gettext as _
from mutagen.mp3 import MP3, BitrateMode
from mutagen.mp4 import MP4

from streaming.transcoding.forms import TranscodingError
from streaming.transcoding.packing import RATE

FRAME_SAMPLES = {1: 1152, 2: 576, 2.5: 576}
# Seconds for reading the headers of one file's frames.
PATIENCE = 30


@lru_cache(maxsize=1000)
def samples(path: Path, stamp: str) -> int:
    """Samples of a channel at RATE; `stamp` tells a file from another of its name. Raises TranscodingError, OSError."""
    try:
        count, rate = _counted(path)
    except (soundfile.LibsndfileError, mutagen.MutagenError, ArithmeticError, LookupError, ValueError) as error:
        raise TranscodingError(_("It holds no audio that can be read: {fault}").format(fault=error)) from error
    if count <= 0 or rate <= 0:
        raise TranscodingError(_("It holds no audio."))
    return round(count * RATE / rate)


def _counted(path: Path) -> tuple[float, float]:
    """Samples, and how many of them make a second."""
    suffix = path.suffix.lower()
    if suffix == ".m4a":
        return MP4(path).info.length * RATE, RATE
    if suffix == ".mp3":
        info = MP3(path).info
        if info.bitrate_mode is BitrateMode.UNKNOWN:
            # Nothing at its beginning says it, and a guess from the first frame may be wrong by minutes.
            return _frames(path) * FRAME_SAMPLES[info.version], info.sample_rate
    with soundfile.SoundFile(path) as sound:
        return sound.frames, sound.samplerate


def _frames(path: Path) -> int:
    ffprobe = shutil.which("ffprobe")
    if ffprobe is None:
        raise TranscodingError(_("Other formats need ffprobe, which is not installed here."))
    command = [ffprobe, "-v", "error", "-select_streams", "a:0", "-count_packets"]
    command += ["-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except subprocess.SubprocessError as error:
        raise TranscodingError(_("Its length cannot be read: {fault}").format(fault=error)) from error
    return int(done.stdout.strip().rstrip(","))
