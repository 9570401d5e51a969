"""What belongs to the listener: likes, bans and history."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streaming.models import Ban, Like, Play
from streaming.pages.paging import Keyset


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return time


PAGE = 50
NEWEST_LIKES = Keyset("at", "pk", _time, int)
NEWEST_PLAYS = Keyset("started_at", "pk", _time, uuid.UUID)
# Tracks asked about in one call: more than any page shows.
MOST_TRACKS = 500


@require_safe
@never_cache
def liked(request: HttpRequest) -> HttpResponse:
    likes = (
        Like.objects.filter(listener=request.listener_id)
        .select_related("track__artist", "track__album", "track__genre_top")
        .defer("track__information", "track__artist__bio", "track__album__information")
    )
    return render(request, "pages/liked.html", {"page": NEWEST_LIKES.page(likes, request.GET.get("after"), PAGE)})


@require_safe
@never_cache
def history(request: HttpRequest) -> HttpResponse:
    plays = Play.objects.for_history().filter(listener=request.listener_id).select_related("listener")
    return render(request, "pages/history.html", {"page": NEWEST_PLAYS.page(plays, request.GET.get("after"), PAGE)})


@require_safe
@never_cache
def verdicts(request: HttpRequest) -> JsonResponse:
    """What the listener said of the tracks in `?track=1&track=2`, as {"liked": [ids], "banned": [ids]}.

    What is no track's number is left out.
    """
    asked = request.GET.getlist("track")[:MOST_TRACKS]
    tracks = {int(text) for text in asked if text.isascii() and text.isdigit() and len(text) < 19}
    chosen = {"listener": request.listener_id, "track__in": tracks}
    return JsonResponse(
        {
            "liked": list(Like.objects.filter(**chosen).values_list("track", flat=True)),
            "banned": list(Ban.objects.filter(**chosen).values_list("track", flat=True)),
        }
    )
