"""Likes and bans: asked about by the page's script, and said by whoever has none."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from streaming import playback
from streaming.models import Ban, Like

# Tracks asked about in one call: more than any page shows.
MOST_TRACKS = 500
SAID = ("liked", "unliked", "banned", "unbanned")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verdicts(request: HttpRequest) -> HttpResponse:
    return _say(request) if request.method == "POST" else _asked(request)


def _asked(request: HttpRequest) -> JsonResponse:
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


def _say(request: HttpRequest) -> HttpResponse:
    """A form's word on `track`, `said` being one of SAID: an event like a player's, and back to where it was said."""
    said, track = request.POST.get("said", ""), request.POST.get("track", "")
    if said not in SAID:
        return HttpResponseBadRequest(f"said is {said[:40]!r}; one of {', '.join(SAID)} is meant\n", "text/plain")
    event = {
        "event_id": str(uuid7()),
        "kind": said,
        "track_id": int(track) if track.isascii() and track.isdigit() and len(track) < 19 else track,
        "occurred_at": timezone.now().isoformat(),
        "source": "page",
    }
    outcome = playback.record([event], listener_id=request.listener_id)
    if outcome.rejected:
        return HttpResponseBadRequest(f"{outcome.rejected[0].field}: {outcome.rejected[0].error}\n", "text/plain")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "home")
