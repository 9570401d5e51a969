"""Playlists as files that other players read: M3U8, and JSPF (XSPF's form in JSON, https://xspf.org/jspf)."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from streaming.models import Track

# As many lines of a report as a page shows.
MOST_NAMED = 100
LONGEST_LINE = 2_000
EXTINF = re.compile(r"#EXTINF:\s*(?P<seconds>-?\d+(?:\.\d+)?)[^,]*,(?P<title>.*)")
OWN_AUDIO = re.compile(r"/audio/(?P<pk>\d{1,18})(?:[?#].*)?$")
ENTRIES = 10_000


class FileError(ValueError):
    """A file that is no playlist; the message says what would be one."""


@dataclass(frozen=True)
class Listed:
    """What a file says of one track: where it is, and "artist - title"; empty where it does not."""

    location: str = ""
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.location


@dataclass(frozen=True)
class ReadPlaylist:
    name: str = ""
    description: str = ""
    tracks: list[Listed] = field(default_factory=list)


@dataclass(frozen=True)
class Matched:
    """Ids in the order of the file, and what the catalogue does not have."""

    track_ids: list[int]
    missing: list[str]


def as_m3u8(name: str, tracks: Iterable[Track], absolute: Callable[[str], str]) -> str:
    """`absolute` makes an address of this site one that another player can open."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(name)}"]
    for track in tracks:
        lines.append(f"#EXTINF:{round(track.duration_ms / 1000)},{_line(track.artist.name)} - {_line(track.title)}")
        lines.append(absolute(track.audio_url))
    return "\n".join(lines) + "\n"


def as_jspf(name: str, description: str, tracks: Iterable[Track], absolute: Callable[[str], str]) -> str:
    """As published, with what XSPF has for it; the licence of each track is its `meta`."""
    listed = [
        {
            "location": [absolute(track.audio_url)],
            "title": track.title,
            "creator": track.artist.name,
            **({"album": track.album.title} if track.album else {}),
            **({"duration": track.duration_ms} if track.duration_ms else {}),
            **({"meta": [{"http://creativecommons.org/ns#license": track.license_url}]} if track.license_url else {}),
        }
        for track in tracks
    ]
    head = {"title": name, **({"annotation": description} if description else {})}
    return json.dumps({"playlist": head | {"track": listed}}, ensure_ascii=False, separators=(",", ":"))


def read(content: bytes) -> ReadPlaylist:
    """A playlist of either form, told by its content; raises FileError."""
    text = _decoded(content)
    found = _read_jspf(text) if text.lstrip().startswith("{") else _read_m3u(text)
    if len(found.tracks) > ENTRIES:
        text = _("The file lists {count} tracks; {most} at most are taken")
        raise FileError(text.format(count=len(found.tracks), most=ENTRIES))
    return found


def match(listed: Iterable[Listed]) -> Matched:
    """By the address where it is ours and the name agrees, else by artist and title, whatever their case."""
    listed = list(listed)
    by_pk, by_name = _known(listed)
    track_ids, missing = [], []
    for each in listed:
        pk = _own(each, by_pk) or by_name.get(each.name.casefold())
        if pk is None:
            missing.append(str(each)[:200])
        else:
            track_ids.append(pk)
    return Matched(track_ids, missing)


def _own(listed: Listed, names: dict[int, str]) -> int | None:
    found = OWN_AUDIO.search(listed.location)
    pk = int(found["pk"]) if found else None
    return pk if pk in names and listed.name.casefold() in ("", names[pk]) else None


def _known(listed: list[Listed]) -> tuple[dict[int, str], dict[str, int]]:
    """Names by id and ids by name, of whatever may be asked for; of equal names the most heard."""
    wanted = {each.name.casefold() for each in listed}
    asked = {int(found["pk"]) for each in listed if (found := OWN_AUDIO.search(each.location))}
    by_pk: dict[int, str] = {}
    by_name: dict[str, int] = {}
    rows = Track.objects.order_by("listens", "-pk").values_list("pk", "title", "artist__name")
    # One pass over the catalogue: no index forgives another case.
    for pk, title, artist in rows.iterator(chunk_size=20_000):
        name = f"{_line(artist)} - {_line(title)}".casefold()
        if pk in asked:
            by_pk[pk] = name
        if name in wanted:
            by_name[name] = pk
    return by_pk, by_name


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError as error:
        text = _("The file is not UTF-8 text (byte {place}); save the playlist as M3U8 or JSPF")
        raise FileError(text.format(place=error.start)) from None


def _read_m3u(text: str) -> ReadPlaylist:
    name, tracks, said = "", [], ""
    for line in (line.strip()[:LONGEST_LINE] for line in text.splitlines()):
        if line.upper().startswith("#PLAYLIST:"):
            name = line.partition(":")[2].strip()
        elif extinf := EXTINF.fullmatch(line):
            said = extinf["title"].strip()
        elif line and not line.startswith("#"):
            tracks.append(Listed(line, said))
            said = ""
    if not tracks:
        raise FileError(_("The file lists no track: it is neither M3U8 (a location a line) nor JSPF (JSON)"))
    return ReadPlaylist(name, "", tracks)


def _read_jspf(text: str) -> ReadPlaylist:
    try:
        playlist = json.loads(text)["playlist"]
        tracks = playlist["track"]
        listed = [_listed(track) for track in tracks]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        form = "{'playlist': {'track': […]}}"
        raise FileError(_("The file is no JSPF, {form}: {fault}").format(form=form, fault=str(error)[:80])) from None
    if not listed:
        raise FileError(_("The file lists no track"))
    return ReadPlaylist(_words(playlist.get("title")), _words(playlist.get("annotation")), listed)


def _listed(track: dict) -> Listed:
    locations = track.get("location") or [""]
    location = locations[0] if isinstance(locations, list) else locations
    artist, title = _words(track.get("creator")), _words(track.get("title"))
    return Listed(_words(location), _line(f"{artist} - {title}" if artist else title))


def _words(value: object) -> str:
    return value.strip()[:LONGEST_LINE] if isinstance(value, str) else ""


def _line(text: str) -> str:
    """A title may have a line break in it, which would end the line of a file."""
    return " ".join(text.split())
