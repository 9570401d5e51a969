from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming.models import Artist, Track

TOP_TRACKS = 10
# Compilers of field recordings have hundreds of albums: the newest are shown.
ALBUMS = 60


@require_safe
def artist(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Artist, pk=pk)
    return render(
        request,
        "pages/artist.html",
        {
            "artist": shown,
            "top_tracks": Track.objects.for_list().filter(artist=shown).order_by("-listens", "pk")[:TOP_TRACKS],
            "albums": shown.albums.select_related("artist").defer("information", "artist__bio")[:ALBUMS],
        },
    )
