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
    return render(request, "partials/about_track.html", {"track": track, "others": others, "lyrics": _lyrics(track)})


def _lyrics(track: Track) -> str:
    try:
        return lyrics.of_file(track.audio_file())
    # No file, a circle of links, or a path out of the folder.
    except (OSError, RuntimeError, ValueError):
        return ""
