"""The full-text index in SQLite (FTS5, kept by triggers: migration 0002).

A row of the index has the row id `popularity << 32 | id`. FTS5 yields matches in the order of row ids, so that the
most popular come first and a search stops at its limit, however many there are: a single letter costs no more than a
rare word. Each title ends with an end mark, by which a phrase that begins with a title can be told to end with it.
"""

from collections.abc import Iterable

from django.db import connection

from streaming.search.query import Query
from streaming.search.results import KINDS, Found

# The end mark: a character for private use, which no title has and FTS5 takes for a word.
END = "\ue000"

FIND = """
    SELECT '{kind}' AS kind, {tier} AS tier, rowid AS place
    FROM (SELECT rowid FROM streaming_search_{kind} WHERE streaming_search_{kind} MATCH %s ORDER BY rowid DESC LIMIT %s)
"""


def find(query: Query, limit: int) -> Found:
    tiers = _tiers(query)
    parts = [FIND.format(kind=kind, tier=tier) for kind in KINDS for tier in range(len(tiers))]
    params = [param for _ in KINDS for tier in tiers for param in (tier, limit)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY kind, tier, place DESC", params)
        return Found.of((kind, tier, place & 0xFFFF_FFFF) for kind, tier, place in cursor)


def vocabulary() -> Iterable[tuple[str, int]]:
    with connection.cursor() as cursor:
        for kind in KINDS:
            table = f"temp.streaming_words_{kind}"
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5vocab(main, streaming_search_{kind}, row)"
            )
            cursor.execute(f"SELECT term, doc FROM {table} WHERE term <> %s", [END])
            yield from cursor.fetchall()


def _tiers(query: Query) -> list[str]:
    """What to look for, the best first. Quotes make plain text of all that FTS5 knows as operators."""
    beginning = f'title : ^ "{query.phrase}" *' if query.unfinished[-1] else f'title : ^ "{query.phrase}"'
    return [f'title : ^ "{query.phrase} {END}"', beginning, _all_of(query)]


def _all_of(query: Query) -> str:
    terms = []
    for spellings, unfinished in zip(query.spellings, query.unfinished, strict=True):
        either = [f'"{word}" *' if unfinished else f'"{word}"' for word in spellings]
        terms.append(either[0] if len(either) == 1 else f"({' OR '.join(either)})")
    return " AND ".join(dict.fromkeys(terms))
