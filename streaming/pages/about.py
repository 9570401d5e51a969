"""What there is about a track that plays: for the panel beside the page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming import lyrics
from streaming.models import Track

OTHERS = 5


@require_safe
def about(request: HttpRequest, pk: int) -> HttpResponse:
    track = get_object_or_404(Track.objects.select_related("artist", "album", "folder"), pk=pk)
    others = track.artist.tracks.playable().for_list().exclude(pk=pk).order_by("-listens")[:OTHERS]
    found = {"track": track, "others": others, "lyrics": lyrics.of_track(track)}
    return render(request, "partials/about_track.html", found)
