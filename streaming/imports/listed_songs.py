"""Songs that a list describes without their audio: found in the catalogue by name, or added to it as absent.

Two songs are the same where artist, title and length are, without regard to case, accents and punctuation. An added
one is known by a digest of these, so that the same list twice adds nothing.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from django.db import transaction

from streaming.imports.own_names import OwnNames
from streaming.models import Folder, Track

# Stands for a folder that no file can be in: the tracks' paths are the digests of songs.
FOLDER = "songs:"
NO_AUDIO = "Known from a list of songs and their features alone; there is no audio"
# FMA's lengths are in whole seconds, and editions of a recording differ by some silence.
SAME_LENGTH_MS = 2_000


@dataclass(frozen=True)
class Song:
    """`artist` is empty where the list does not say."""

    title: str
    artist: str
    duration_ms: int

    @cached_property
    def key(self) -> str:
        parts = (normalised(self.artist), normalised(self.title), str(self.duration_ms))
        return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@dataclass
class Placed:
    """Primary keys of songs' tracks by the songs' keys: the catalogue's, and those that lists of songs added."""

    matched: dict[str, int] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    added: int = 0


class ListedSongs:
    """The tracks of songs; `is_adding`: whether the catalogue is given those that it lacks."""

    def __init__(self, *, is_adding: bool) -> None:
        self.is_adding = is_adding
        if is_adding:
            Folder.objects.get_or_create(path=FOLDER, defaults={"origin": Folder.Origin.FOLDER})
            self.names = OwnNames()
        self.folder = Folder.objects.filter(path=FOLDER).first()
        self.by_name: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self.by_title: dict[str, list[tuple[int, int]]] = defaultdict(list)
        tracks = Track.objects.exclude(folder=self.folder) if self.folder else Track.objects.all()
        columns = tracks.order_by("pk").values_list("pk", "duration_ms", "title", "artist__name")
        for pk, duration_ms, title, artist in columns.iterator():
            self.by_name[normalised(artist), normalised(title)].append((pk, duration_ms))
            self.by_title[normalised(title)].append((pk, duration_ms))

    def place(self, songs: Collection[Song]) -> Placed:
        """Finds these songs, each once, or adds them in one short transaction."""
        placed = Placed()
        rest = []
        for song in songs:
            if pk := self._match(song):
                placed.matched[song.key] = pk
            else:
                rest.append(song)
        if self.folder:
            with transaction.atomic():
                known = self.folder.tracks.filter(path__in=[song.key for song in rest])
                placed.own = dict(known.values_list("path", "pk"))
                if self.is_adding:
                    self._add([song for song in rest if song.key not in placed.own], placed)
        return placed

    def _match(self, song: Song) -> int | None:
        """The catalogue's track of that artist and title, the one of the same length where it has several.

        A title alone says little: it counts where no other track has it, and the length is the same.
        """
        title = normalised(song.title)
        if song.artist:
            candidates = self.by_name.get((normalised(song.artist), title), [])
            if len(candidates) == 1:
                return candidates[0][0]
        else:
            candidates = self.by_title.get(title, [])
            if len(candidates) != 1:
                return None
        offset, pk = min(
            ((abs(length - song.duration_ms), pk) for pk, length in candidates), default=(SAME_LENGTH_MS + 1, None)
        )
        return pk if offset <= SAME_LENGTH_MS else None

    def _add(self, songs: Collection[Song], placed: Placed) -> None:
        tracks = Track.objects.bulk_create(
            Track(
                title=song.title,
                artist_id=self.names.artist(song.artist),
                duration_ms=song.duration_ms,
                folder=self.folder,
                path=song.key,
                audio_state=Track.AudioState.ABSENT,
                audio_problem=NO_AUDIO,
            )
            for song in songs
        )
        placed.own |= {track.path: track.pk for track in tracks}
        placed.added = len(tracks)


def normalised(name: str) -> str:
    """Letters and digits in lower case and without accents, words apart by one space; as it is where it has none."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ").casefold())
    kinds = ((char, unicodedata.category(char)[0]) for char in plain)
    return " ".join("".join(char if kind in "LN" else "" if kind == "M" else " " for char, kind in kinds).split()) or (
        name.strip().casefold()
    )
