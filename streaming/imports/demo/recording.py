"""A piece as an MP3 file with its tags: written aside and renamed, so that a file that is there is whole."""

import io
import os
from pathlib import Path

import soundfile
from mutagen.id3 import ID3, TALB, TCOM, TCON, TDRC, TIT2, TPE1, TRCK, WCOP

from streaming.imports.demo.composer import SECONDS, compose
from streaming.imports.demo.repertoire import Piece
from streaming.imports.demo.synthesis import SAMPLE_RATE

COMPOSER = "composed by code"
LICENCE = "CC0 1.0 Universal"
LICENCE_URL = "https://creativecommons.org/publicdomain/zero/1.0/"
# bit/s, which libsndfile takes as a level from 0 (320 kbit/s) to 1 (32 kbit/s).
BIT_RATE = 160_000
COMPRESSION_LEVEL = 0.5


def record(piece: Piece, file: Path, seconds: float = SECONDS) -> None:
    """Composes a piece into `file`. Raises OSError, and leaves nothing, where the disk does not take it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    sound = io.BytesIO()
    soundfile.write(
        sound,
        compose(piece.genre, piece.seed, seconds),
        SAMPLE_RATE,
        format="MP3",
        subtype="MPEG_LAYER_III",
        compression_level=COMPRESSION_LEVEL,
        bitrate_mode="CONSTANT",
    )
    sound.seek(0)
    _tags(piece).save(sound)
    aside = file.with_name(f"{file.name}.partial")
    try:
        with aside.open("wb") as out:
            out.write(sound.getbuffer())
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _tags(piece: Piece) -> ID3:
    tags = ID3()
    for frame, text in (
        (TIT2, piece.title),
        (TPE1, piece.artist),
        (TALB, piece.album),
        (TDRC, str(piece.year)),
        (TRCK, str(piece.number)),
        (TCON, piece.genre),
        (TCOM, COMPOSER),
    ):
        tags.add(frame(encoding=3, text=text))
    tags.add(WCOP(url=LICENCE_URL))
    return tags
