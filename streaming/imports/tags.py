"""What the tags of an audio file say, whatever its format calls them."""

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

import mutagen
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from streaming.imports.licences import find_licence

SUFFIXES = {
    ".mp3": "MP3", ".flac": "FLAC", ".ogg": "Ogg", ".oga": "Ogg", ".opus": "Opus", ".m4a": "M4A", ".wav": "WAV",
}  # fmt: skip

# Our name: ID3v2 frame (MP3, WAV), MP4 atom (M4A), Vorbis comment (FLAC, Ogg, Opus).
NAMES = {
    "title": ("TIT2", "\xa9nam", "title"),
    "artist": ("TPE1", "\xa9ART", "artist"),
    "album_artist": ("TPE2", "aART", "albumartist"),
    "album": ("TALB", "\xa9alb", "album"),
    "number": ("TRCK", "trkn", "tracknumber"),
    "disc_number": ("TPOS", "disk", "discnumber"),
    "date": ("TDRC", "\xa9day", "date"),
    "genre": ("TCON", "\xa9gen", "genre"),
    "licence_url": ("WCOP", "", "license"),
    "copyright": ("TCOP", "cprt", "copyright"),
    "comment": ("COMM", "\xa9cmt", "comment"),
    "composer": ("TCOM", "\xa9wrt", "composer"),
    "language": ("TLAN", "", "language"),
}


# The largest number of a field, which damaged files exceed.
LARGEST = 2**31 - 1
LONGEST_SECONDS = LARGEST // 1000
# What mutagen's parsers let through at some damaged places, besides its own error.
UNWRAPPED = (ArithmeticError, LookupError, ValueError, struct.error)


class BrokenAudio(ValueError):
    """The file holds no audio that can be read; the message says why, for the track's page."""


@dataclass(frozen=True)
class Tags:
    """Empty texts, None and 0 where a file does not say."""

    title: str = ""
    artist: str = ""
    album_artist: str = ""
    album: str = ""
    number: int = 0
    disc_number: int = 1
    year: int | None = None
    genres: list[str] = field(default_factory=list)
    license: str = ""
    license_url: str = ""
    comment: str = ""
    composer: str = ""
    language: str = ""
    duration_ms: int = 0
    bit_rate: int = 0


def read_tags(path: Path) -> Tags:
    """Raises BrokenAudio; the file's name tells the kind that it should be of."""
    kind = SUFFIXES[path.suffix.lower()]
    if path.stat().st_size == 0:
        raise BrokenAudio("The audio file is empty")
    try:
        audio = mutagen.File(path)
    except (mutagen.MutagenError, *UNWRAPPED) as error:
        raise BrokenAudio(f"Not readable as {kind}: {str(error) or 'the file is damaged'}") from error
    if audio is None:
        raise BrokenAudio(f"Not readable as {kind}: no audio of a known format in it")
    if not 0 < audio.info.length <= LONGEST_SECONDS:
        raise BrokenAudio(f"Not readable as {kind}: a length of {audio.info.length:,} seconds cannot be right")
    return _tags(audio, path.stat().st_size)


def _tags(audio: mutagen.FileType, size: int) -> Tags:
    said = {name: _values(audio.tags, names) for name, names in NAMES.items()}
    licence, licence_url = find_licence(said["licence_url"] + said["copyright"] + said["comment"])
    seconds = audio.info.length
    # Opus does not say its bit rate; the mean over the file is what the others say too.
    bit_rate = round(getattr(audio.info, "bitrate", 0) or size * 8 / seconds)
    return Tags(
        title=_first(said["title"]),
        artist=_first(said["artist"]),
        album_artist=_first(said["album_artist"]),
        album=_first(said["album"]),
        number=_number(said["number"], 0),
        disc_number=_number(said["disc_number"], 1),
        year=_year(said["date"]),
        genres=[part.strip() for text in said["genre"] for part in text.split(";") if part.strip()],
        license=licence,
        license_url=licence_url,
        comment="\n".join(said["comment"]),
        composer=", ".join(said["composer"]),
        language=_first(said["language"]),
        duration_ms=round(seconds * 1000),
        bit_rate=bit_rate if bit_rate <= LARGEST else 0,
    )


def _values(tags: object, names: tuple[str, str, str]) -> list[str]:
    """Every value of one tag, as texts without the NULs that some writers pad them with."""
    frame, atom, comment = names
    if tags is None:
        return []
    if isinstance(tags, ID3):
        values = [value for each in tags.getall(frame) for value in _id3_texts(each)]
    elif isinstance(tags, MP4Tags):
        values = [value[0] if isinstance(value, tuple) else value for value in tags.get(atom, [])]
    else:
        values = tags.get(comment, [])
    texts = [str(value).replace("\0", "").strip() for value in values]
    return [text for text in texts if text]


def _id3_texts(frame: mutagen.id3.Frame) -> list:
    if frame.FrameID == "WCOP":
        return [frame.url]
    if frame.FrameID == "TCON":
        return frame.genres  # ID3v1's numbers as names
    return frame.text


def _first(values: list[str]) -> str:
    return values[0] if values else ""


def _number(values: list[str], default: int) -> int:
    """3 of "3" and of "3/12"; the default for anything else."""
    match = re.match(r"\d{1,4}(?=/|$)", _first(values))
    return int(match[0]) if match else default


def _year(values: list[str]) -> int | None:
    match = re.match(r"\d{4}", _first(values))
    return int(match[0]) if match else None
