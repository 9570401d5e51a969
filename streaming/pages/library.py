"""What belongs to the listener: likes, bans and history."""

import uuid

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streaming.models import Ban, Like, Play
from streaming.pages.paging import Keyset, zoned

PAGE = 50
NEWEST_SAID = Keyset("at", "pk", zoned, int)
NEWEST_PLAYS = Keyset("started_at", "pk", zoned, uuid.UUID)
LONGEST_QUERY = 200


@require_safe
@never_cache
def liked(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/liked.html", {"page": _said(request, Like)})


@require_safe
@never_cache
def banned(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/banned.html", {"page": _said(request, Ban)})


@require_safe
@never_cache
def history(request: HttpRequest) -> HttpResponse:
    """`?q=` looks for tracks and artists by part of their name."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    plays = Play.objects.for_history().filter(listener=request.listener_id).select_related("listener")
    if query:
        plays = plays.filter(Q(track__title__icontains=query) | Q(track__artist__name__icontains=query))
    context = {
        "page": NEWEST_PLAYS.page(plays, request.GET.get("after"), PAGE),
        "history_query": query,
        "kept": urlencode({"q": query}) if query else "",
    }
    return render(request, "pages/history.html", context)


def _said(request: HttpRequest, verdict: type[Like] | type[Ban]):
    rows = (
        verdict.objects.filter(listener=request.listener_id)
        .select_related("track__artist", "track__album")
        .defer("track__information", "track__artist__bio", "track__album__information")
    )
    return NEWEST_SAID.page(rows, request.GET.get("after"), PAGE)
