"""The full-text index in PostgreSQL (tables with tsvectors, kept by triggers: migration 0005).

Texts are compared as `streaming_search_text` makes them: without case, accents (unaccent) and punctuation. The text
search configuration is `simple`: names of artists have no language, and no word of them is a stop word.
"""

from collections.abc import Iterable

from django.db import connection

from streaming.search.query import Query
from streaming.search.results import KINDS, Found

FIND = """
    (SELECT '{kind}' AS kind, {tier} AS tier, id, popularity
     FROM streaming_search_{kind} WHERE {condition} ORDER BY popularity DESC, id DESC LIMIT %s)
"""
# A row of a b-tree holds no more than 2,700 bytes, and so its index holds beginnings of titles.
TITLE = "left(title, 500)"
IS_TITLE = f"{TITLE} = streaming_search_text(%s)"
BEGINS_TITLE = f"{TITLE} LIKE streaming_search_text(%s) || '%%' AND streaming_search_text(%s) <> ''"
BEGINS_TITLE_WHOLE = f"{TITLE} LIKE streaming_search_text(%s) || ' %%' AND streaming_search_text(%s) <> ''"
WORD = "plainto_tsquery('simple', streaming_search_text(%s))"
# A prefix of the last of the lexemes that a word has: of don't, `don` whole and `t` as a beginning.
BEGINNING = f"(nullif({WORD}::text, '') || ':*')::tsquery"


def find(query: Query, limit: int) -> Found:
    conditions = _conditions(query)
    parts, params = [], []
    for kind in KINDS:
        for tier, (condition, texts) in enumerate(conditions):
            parts.append(FIND.format(kind=kind, tier=tier, condition=condition))
            params += [*texts, limit]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY kind, tier, popularity DESC, id DESC", params)
        return Found.of((kind, tier, pk) for kind, tier, pk, _ in cursor)


def vocabulary() -> Iterable[tuple[str, int]]:
    with connection.cursor() as cursor:
        for kind in KINDS:
            cursor.execute("SELECT word, ndoc FROM ts_stat(%s)", [f"SELECT document FROM streaming_search_{kind}"])
            yield from cursor.fetchall()


def _conditions(query: Query) -> list[tuple[str, list[str]]]:
    """What to look for with its parameters, the best first."""
    phrase = query.phrase
    begins = BEGINS_TITLE if query.unfinished[-1] else BEGINS_TITLE_WHOLE
    terms, texts = [], []
    for spellings, unfinished in zip(query.spellings, query.unfinished, strict=True):
        terms.append("(" + " || ".join([BEGINNING if unfinished else WORD] * len(spellings)) + ")")
        texts += spellings
    return [(IS_TITLE, [phrase]), (begins, [phrase, phrase]), (f"document @@ ({' && '.join(terms)})", texts)]
