"""The search page, and what is offered while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from streaming import search as catalogue

LIMIT = 20
# Of each kind, below the field: all of it is to be seen without scrolling.
SUGGESTED = 4
# As long as the query of a `searched` event.
LONGEST_QUERY = 200


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = _query(request)
    results = catalogue.search(query, limit=LIMIT) if query else None
    return render(request, "pages/search.html", {"query": query, "results": results})


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the search field, as a fragment of HTML; empty where there is nothing to say."""
    query = _query(request)
    results = catalogue.search(query, limit=SUGGESTED) if query else None
    return render(request, "partials/suggestions.html", {"query": query, "results": results})


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
