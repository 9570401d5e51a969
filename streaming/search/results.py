"""What a search found, ready to be shown."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from streaming.models import Album, Artist, Genre, Track

# In the order in which equally good ones are shown.
KINDS = ("artist", "album", "track", "genre")


@dataclass(frozen=True)
class Found:
    """Ids of each kind, best first and each once, with how well the best one matches (0 is best)."""

    ids: dict[str, list[int]]
    best: dict[str, int]

    def __bool__(self) -> bool:
        return any(self.ids.values())

    @classmethod
    def of(cls, rows) -> "Found":
        """`rows`: (kind, tier, id), best first within a kind."""
        ids: dict[str, dict[int, None]] = {kind: {} for kind in KINDS}
        best: dict[str, int] = {}
        for kind, tier, pk in rows:
            ids[kind][pk] = None
            best[kind] = min(tier, best.get(kind, tier))
        return cls({kind: list(found) for kind, found in ids.items()}, best)


@dataclass(frozen=True)
class SearchResults:
    """The best matches of each kind, best first, with what a row of them shows. True where anything was found.

    `order` names the kinds that found something, the one with the best match first. `corrected` is what was looked
    for where what was typed is in nothing.
    """

    artists: list[Artist] = field(default_factory=list)
    albums: list[Album] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    genres: list[Genre] = field(default_factory=list)
    order: list[str] = field(default_factory=list, compare=False)
    corrected: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return any((self.artists, self.albums, self.tracks, self.genres))

    @property
    def groups(self) -> list[tuple[str, list]]:
        """Kind and matches, in the order in which to show them."""
        by_kind = {"artist": self.artists, "album": self.albums, "track": self.tracks, "genre": self.genres}
        return [(kind, by_kind[kind]) for kind in self.order]


def results(found: Found, limit: int, corrected: str = "") -> SearchResults:
    """The rows behind the ids; takes four queries."""
    ids = {kind: pks[:limit] for kind, pks in found.ids.items()}
    return SearchResults(
        artists=_in_order(Artist.objects.defer("bio"), ids["artist"]),
        albums=_in_order(Album.objects.select_related("artist").defer("information", "artist__bio"), ids["album"]),
        tracks=_in_order(Track.objects.for_list(), ids["track"]),
        genres=_in_order(Genre.objects.select_related("parent"), ids["genre"]),
        order=sorted((kind for kind in KINDS if ids[kind]), key=lambda kind: found.best[kind]),
        corrected=corrected,
    )


def _in_order(rows: QuerySet, ids: list[int]) -> list:
    by_id = rows.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]
