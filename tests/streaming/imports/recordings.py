"""Half a second of sound in every format that can be imported."""

import struct
from pathlib import Path

import numpy as np
import soundfile

RATE = 48_000
SECONDS = 0.5
SUBTYPES = {".opus": ("OGG", "OPUS"), ".ogg": ("OGG", "VORBIS"), ".mp3": ("MP3", None)}


def write_recording(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".m4a":
        path.write_bytes(_m4a())
        return path
    sound = 0.1 * np.sin(np.arange(int(RATE * SECONDS)) * 0.05)
    form, subtype = SUBTYPES.get(path.suffix, (path.suffix[1:].upper(), None))
    soundfile.write(path, sound, RATE, format=form, subtype=subtype)
    return path


def _m4a() -> bytes:
    """The atoms of an MP4 file that say its kind and length; its sound is left out (ISO/IEC 14496-12, 8.4)."""
    length = struct.pack(">IIIIIHH", 0, 0, 0, RATE, int(RATE * SECONDS), 0, 0)
    handler = struct.pack(">II4s12xx", 0, 0, b"soun")
    media = _atom(b"mdhd", length) + _atom(b"hdlr", handler)
    return _atom(b"ftyp", b"M4A \0\0\0\0M4A mp42") + _atom(b"moov", _atom(b"trak", _atom(b"mdia", media)))


def _atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content
