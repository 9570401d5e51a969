from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming.models import Album, Track


@require_safe
def album(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Album.objects.select_related("artist"), pk=pk)
    tracks = list(Track.objects.for_list().filter(album=shown).order_by("disc_number", "number", "pk"))
    return render(
        request,
        "pages/album.html",
        {
            "album": shown,
            "tracks": tracks,
            "duration_ms": sum(track.duration_ms for track in tracks),
            "licences": sorted({(track.license, track.license_url) for track in tracks if track.license}),
        },
    )
