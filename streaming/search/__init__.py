"""Finding artists, albums, tracks and genres by what somebody types: `search` is the way in."""

from streaming.search.results import SearchResults
from streaming.search.search import search

__all__ = ["SearchResults", "search"]
