"""The words of a song: from an LRC file beside it, or its tags; those with times before those without."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mutagen
from mutagen.id3 import ID3, SYLT
from mutagen.mp4 import MP4Tags

from streaming import lrc
from streaming.lrc import Line
from streaming.models import Track

LONGEST = 20_000
# Of a file beside the song: more is no song's.
LARGEST_FILE = 200_000
# The units of ID3's times, of which only this one says when a line comes.
MILLISECONDS = 2
# What mutagen's parsers let through at some damaged places, besides its own error.
UNREADABLE = (mutagen.MutagenError, OSError, ArithmeticError, LookupError, ValueError, struct.error)


@dataclass(frozen=True)
class Lyrics:
    """No lines where there are no words."""

    lines: tuple[Line, ...] = ()

    @property
    def is_synced(self) -> bool:
        return bool(self.lines) and self.lines[0].start_ms is not None

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def of_file(path: Path) -> Lyrics:
    """None where the file has none, or cannot be read."""
    beside = lrc.parse(_beside(path))
    if beside:
        return Lyrics(tuple(beside))
    try:
        tags = getattr(mutagen.File(path), "tags", None)
        found = list(_tagged(tags)) if tags else []
    except UNREADABLE:
        return Lyrics()
    synced = [each for each in found if each.is_synced]
    return (synced or found or [Lyrics()])[0]


def of_track(track: Track) -> Lyrics:
    """None where its audio is out of reach."""
    try:
        return of_file(track.audio_file())
    # No file, a circle of links, or a path out of the folder.
    except (OSError, RuntimeError, ValueError):
        return Lyrics()


def _beside(path: Path) -> str:
    """The text of the LRC file of the same name; empty where there is none."""
    try:
        with path.with_suffix(".lrc").open("rb") as file:
            content = file.read(LARGEST_FILE)
    except OSError:
        return ""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue  # written by an older program
    return ""


def _tagged(tags: mutagen.Tags) -> Iterator[Lyrics]:
    if isinstance(tags, ID3):
        yield from (_timed(frame) for frame in tags.getall("SYLT") if frame.format == MILLISECONDS and frame.text)
        texts = [frame.text for frame in tags.getall("USLT")]
    elif isinstance(tags, MP4Tags):
        texts = ["\n".join(tags.get("\xa9lyr", []))]
    else:
        texts = ["\n".join(tags.get(name) or []) for name in ("syncedlyrics", "lyrics", "unsyncedlyrics")]
    yield from (_written(text) for text in texts if text.strip())


def _timed(frame: SYLT) -> Lyrics:
    """A line break belongs to the line that it begins."""
    lines = ((text.replace("\0", "").strip(), start) for text, start in frame.text)
    return Lyrics(tuple(Line(text, start) for text, start in sorted(lines, key=lambda line: line[1])))


def _written(text: str) -> Lyrics:
    """Many programs put LRC where plain words belong."""
    text = text.replace("\0", "").strip()[:LONGEST]
    plain = (Line(line) for line in text.splitlines())
    return Lyrics(tuple(lrc.parse(text) or plain))
