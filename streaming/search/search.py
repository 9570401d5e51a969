"""From what was typed to what was meant."""

from types import ModuleType

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from streaming.search import postgres, spelling, sqlite
from streaming.search.query import Query, words_of
from streaming.search.results import SearchResults, results

# Each has `find(query, limit) -> Found` and `vocabulary() -> rows of (word, in how many titles)`.
INDEXES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}


def search(text: str, *, limit: int = 20) -> SearchResults:
    """What has every word of the text in its title or its artist's name, up to `limit` of each kind.

    Case, accents and punctuation do not count, and the last word may be unfinished; where that finds nothing, every
    word may be; where that finds nothing either, words that are in no title are taken for the nearest ones that are
    (`spelling.py`). Titles that are the query come first, then those that begin with it, then the rest, each by
    popularity. Takes five queries, six where words had to be taken as unfinished, a few more where they were misspelt,
    and none for a query without a letter or digit.

    Raises ImproperlyConfigured on a database for which no search is written.
    """
    index = INDEXES.get(connection.vendor)
    if index is None:
        raise ImproperlyConfigured(
            f"Search is written for {' and '.join(INDEXES)}; DATABASE_URL names {connection.vendor}"
        )
    words = words_of(text)
    if not words:
        return SearchResults()
    for query in (Query.of(words), Query.of(words, all_unfinished=True)):
        if found := index.find(query, limit):
            return results(found, limit)
    for query in spelling.corrections(words, spelling.vocabulary(index)):
        if found := index.find(query, limit):
            return results(found, limit, corrected=query.phrase)
    return SearchResults()
