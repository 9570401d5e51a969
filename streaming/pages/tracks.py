"""A track by itself, and tracks as a list to narrow down and sort."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming.licence_kinds import kind_of
from streaming.models import Genre, Play, Track
from streaming.pages.track_filters import Filters, licence_kinds, year_counts
from streaming.pages.track_lists import ORDERS, order_of, page_of


@require_safe
def track(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Track.objects.select_related("artist", "album", "genre_top", "folder"), pk=pk)
    plays = Play.objects.filter(track=shown).aggregate(
        all=Count("pk"), simulated=Count("pk", filter=Q(listener__is_simulated=True))
    )
    context = {"track": shown, "genres": shown.genres.all(), "plays": plays, "licence": kind_of(shown.license_url)}
    return render(request, "pages/track.html", context)


@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """By `?genre=`, `year=` (1994 or 1990s), `licence=`, `tag=`, `playable=1`, `sort=` and `after=`, all or some."""
    return render(request, "pages/tracks.html", listed(request, Filters.of(request.GET)))


def listed(request: HttpRequest, filters: Filters) -> dict:
    """What a page with a list of tracks shows: the rows, and what they may be narrowed down and sorted by."""
    order = order_of(request)
    kept = request.GET.copy()
    kept.pop("after", None)
    return {
        "filters": filters,
        "page": page_of(filters, order, request.GET.get("after")),
        "order": order,
        "orders": [(name, each.title) for name, each in ORDERS.items()],
        "years": _decades(),
        "year": request.GET.get("year", ""),
        "licences": licence_kinds(),
        "roots": Genre.objects.filter(parent=None, track_count__gt=0),
        # The address without its cursor, for links that lead on.
        "kept": kept.urlencode(),
    }


def _decades() -> list[str]:
    return [f"{decade}s" for decade in sorted({year // 10 * 10 for year in year_counts()}, reverse=True)]
