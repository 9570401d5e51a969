"""The words of a song, where the file's tags have them."""

import struct
from pathlib import Path

import mutagen
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

LONGEST = 20_000
# What mutagen's parsers let through at some damaged places, besides its own error.
UNREADABLE = (mutagen.MutagenError, OSError, ArithmeticError, LookupError, ValueError, struct.error)


def of_file(path: Path) -> str:
    """Empty where there are none, or the file cannot be read."""
    try:
        tags = getattr(mutagen.File(path), "tags", None)
        return _lyrics(tags).replace("\0", "").strip()[:LONGEST] if tags else ""
    except UNREADABLE:
        return ""


def _lyrics(tags: mutagen.Tags) -> str:
    if isinstance(tags, ID3):
        # Lines with their times, where there are no plain ones.
        plain, timed = tags.getall("USLT"), tags.getall("SYLT")
        return plain[0].text if plain else "\n".join(line for line, _ in timed[0].text) if timed else ""
    if isinstance(tags, MP4Tags):
        return "\n".join(tags.get("\xa9lyr", []))
    return "\n".join(tags.get("lyrics") or tags.get("unsyncedlyrics") or [])
