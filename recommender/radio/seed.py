"""What a station begins with: "track:12", "artist:3", "album:4", "genre:5" or "tag:lo-fi"."""

import json
from dataclasses import dataclass
from typing import Self

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext

from recommender.online.reasons import Wording
from streaming.models import Album, Artist, Genre, Track

# Tracks that a seed stands for at most, the most heard of them.
MEMBERS = 500
LONGEST_TAG = 80


class SeedError(ValueError):
    """What is no seed; the message says what would be one."""


class UnknownSeed(LookupError):
    """A seed of which the catalogue knows nothing."""


@dataclass(frozen=True)
class Kind:
    """`mixing` is what being one of the seed's tracks counts beside scores of about 1: where it is less than the
    penalty for an artist just heard, the seed's own tracks take turns with others."""

    model: type[Model] | None
    wording: Wording
    mixing: float


KINDS = {
    "track": Kind(Track, Wording.STATION, 1.0),
    "artist": Kind(Artist, Wording.OF_ARTIST, 0.6),
    "album": Kind(Album, Wording.OF_ALBUM, 0.6),
    "genre": Kind(Genre, Wording.OF_GENRE, 1.0),
    "tag": Kind(None, Wording.OF_TAG, 1.0),
}


@dataclass(frozen=True)
class Seed:
    name: str
    value: str

    @classmethod
    def parse(cls, text: object) -> Self:
        """Raises SeedError."""
        name, _, value = text.partition(":") if isinstance(text, str) else ("", "", "")
        is_id = value.isascii() and value.isdigit() and len(value) < 19
        if name == "tag":
            value = value.strip()
            fits = 0 < len(value) <= LONGEST_TAG
        else:
            fits = name in KINDS and is_id
        if not fits:
            forms = ", ".join(f"{kind}:{'TAG' if kind == 'tag' else 'ID'}" for kind in KINDS)
            said = gettext("{value} is no seed of a radio; the forms are {forms}")
            raise SeedError(said.format(value=repr(str(text)[:60]), forms=forms))
        return cls(name, value)

    def __str__(self) -> str:
        return f"{self.name}:{self.value}"

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    @property
    def of(self) -> int | str:
        return self.value if self.name == "tag" else int(self.value)

    def title(self) -> str:
        """Raises UnknownSeed."""
        if self.name == "tag":
            return gettext("{} radio").format(self.value)
        found = self.kind.model.objects.filter(pk=self.of).first()
        if found is None:
            raise UnknownSeed(gettext("there is no such seed as {seed} here").format(seed=self))
        return gettext("{} radio").format(found)

    def members(self) -> list[int]:
        """Ids of the seed's tracks, the most heard first; playable ones only, but for a track. Raises UnknownSeed."""
        ids = list(self._tracks().order_by("-listens", "pk").values_list("pk", flat=True)[:MEMBERS])
        if not ids and self.name == "tag":
            raise UnknownSeed(gettext("no track that can be played is tagged “{tag}”").format(tag=self.value))
        return ids

    def _tracks(self) -> QuerySet[Track]:
        if self.name == "track":
            return Track.objects.filter(pk=self.of)
        playable = Track.objects.playable()
        if self.name == "genre":
            return playable.filter(pk__in=Track.genres.through.objects.filter(genre=self.of).values("track"))
        if self.name == "tag":
            return playable.filter(self._tagged())
        return playable.filter(**{self.name: self.of})

    def _tagged(self) -> Q:
        """Of the track, its album or its artist. Tags are JSON, which every database can search as text."""
        # PostgreSQL shows what it parsed, with every letter as it is, and the others the text as it was written.
        quoted = json.dumps(self.value, ensure_ascii=connection.vendor != "postgresql")
        return (
            Q(tags__icontains=quoted)
            | Q(artist__in=Artist.objects.filter(tags__icontains=quoted))
            | Q(album__in=Album.objects.filter(tags__icontains=quoted))
        )
