"""Ways into the catalogue beside the genres: years, licences and tags."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from streaming.models import Tag
from streaming.pages.track_filters import licence_kinds, year_counts

TAGS = 200


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    counts = year_counts()
    most = max(counts.values(), default=1)
    decades: dict[int, list[dict]] = {}
    for year in sorted(counts, reverse=True):
        bar = {"year": year, "count": counts[year], "percent": round(100 * counts[year] / most, 1)}
        decades.setdefault(year // 10 * 10, []).append(bar)
    shown = [
        {"name": f"{decade}s", "count": sum(bar["count"] for bar in bars), "years": bars}
        for decade, bars in decades.items()
    ]
    return render(request, "pages/years.html", {"decades": shown})


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/licences.html", {"licences": licence_kinds()})


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    """The most used, by name."""
    most_used = sorted(Tag.objects.order_by("-track_count", "name")[:TAGS], key=lambda tag: tag.name)
    return render(request, "pages/tags.html", {"tags": most_used})
