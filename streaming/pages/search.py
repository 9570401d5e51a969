from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from streaming import search as catalogue

LIMIT = 20
# As long as the query of a `searched` event.
LONGEST_QUERY = 200


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    results = catalogue.search(query, limit=LIMIT) if query else None
    return render(request, "pages/search.html", {"query": query, "results": results})
