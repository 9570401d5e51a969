"""Search in the catalogue's full-text index (SQLite FTS5, kept by triggers: migration 0002).

A row of the index has the row id `popularity << 32 | id`. FTS5 yields matches in the order of row ids, so that the
most popular come first and a search stops at its limit, however many there are: a single letter costs no more than a
rare word. Each title ends with an end mark, by which a phrase that begins with a title can be told to end with it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import QuerySet

from streaming.models import Album, Artist, Genre, Track

# The end mark: a character for private use, which no title has and FTS5 takes for a word.
END = "\ue000"
# The rest of a longer query is left out: no title is as long, and each word costs.
LONGEST_QUERY = 200
MOST_WORDS = 16

FIND = """
    SELECT '{kind}' AS kind, {tier} AS tier, rowid AS place
    FROM (SELECT rowid FROM streaming_search_{kind} WHERE streaming_search_{kind} MATCH %s ORDER BY rowid DESC LIMIT %s)
"""


@dataclass(frozen=True)
class SearchResults:
    """The best matches of each kind, best first, with what a row of them shows. True where anything was found."""

    artists: list[Artist] = field(default_factory=list)
    albums: list[Album] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    genres: list[Genre] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.artists, self.albums, self.tracks, self.genres))


def search(query: str, *, limit: int = 20) -> SearchResults:
    """What has every word of the query in its title or its artist's name, up to `limit` of each kind.

    Case, accents and punctuation do not count, and the last word may be unfinished; where that finds nothing, every
    word may be. Titles that are the query come first, then those that begin with it, then the rest, each by
    popularity. Takes five queries, six where words had to be taken as unfinished, and none for a query without a
    letter or digit. Raises ImproperlyConfigured on another database than SQLite.
    """
    if connection.vendor != "sqlite":
        raise ImproperlyConfigured(f"Search is written for SQLite; DATABASE_URL names {connection.vendor}")
    words = _words(query)
    if not words:
        return SearchResults()
    found = _find(_tiers(words), limit)
    if not any(found.values()):
        found = _find([_all_of(f'"{word}" *' for word in words)], limit)
    return SearchResults(
        artists=_in_order(Artist.objects.defer("bio"), found["artist"][:limit]),
        albums=_in_order(
            Album.objects.select_related("artist").defer("information", "artist__bio"), found["album"][:limit]
        ),
        tracks=_in_order(Track.objects.for_list(), found["track"][:limit]),
        genres=_in_order(Genre.objects.select_related("parent"), found["genre"][:limit]),
    )


def _words(query: str) -> list[str]:
    """The words of a query that have something to look for; what means something to FTS5 is taken out."""
    # SQLite takes no half of a surrogate pair, and ends a text at NUL.
    text = query[:LONGEST_QUERY].encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    return [word for word in text.split() if any(unicodedata.category(char)[0] in "LN" for char in word)][:MOST_WORDS]


def _tiers(words: list[str]) -> list[str]:
    """What to look for, the best first. Quotes make plain text of all that FTS5 knows as operators."""
    phrase = " ".join(words)
    return [
        f'title : ^ "{phrase} {END}"',
        f'title : ^ "{phrase}" *',
        _all_of([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}" *']),
    ]


def _all_of(terms: Iterable[str]) -> str:
    return " AND ".join(dict.fromkeys(terms))


def _find(tiers: list[str], limit: int) -> dict[str, list[int]]:
    """Ids of each kind, best first and each once."""
    found: dict[str, dict[int, None]] = {kind: {} for kind in ("artist", "album", "track", "genre")}
    parts = [FIND.format(kind=kind, tier=tier) for kind in found for tier in range(len(tiers))]
    params = [param for _ in found for tier in tiers for param in (tier, limit)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY kind, tier, place DESC", params)
        for kind, _, place in cursor:
            found[kind][place & 0xFFFF_FFFF] = None
    return {kind: list(ids) for kind, ids in found.items()}


def _in_order(rows: QuerySet, ids: Iterable[int]) -> list:
    by_id = rows.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]
