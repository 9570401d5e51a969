from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from streaming.models import Album, Track
from streaming.pages.paging import text
from streaming.pages.tile_lists import NAME, listed
from streaming.pages.track_lists import Order

ORDERS = {
    "added": Order(_("Recently added"), "id", int),
    "popular": Order(_("Most listened"), "listens", int),
    "year": Order(_("Newest first"), "date_released", date.fromisoformat, known=Q(date_released__isnull=False)),
    "title": Order(_("Title"), NAME, text, descending=False),
}


@require_safe
def albums(request: HttpRequest) -> HttpResponse:
    """By `?sort=`, `playable=1` and `after=`, all or some."""
    found = Album.objects.annotate(**{NAME: Lower("title")}).select_related("artist")
    found = found.defer("information", "tags", "producer", "artist__bio", "artist__tags")
    playable = found.filter(Exists(Track.objects.playable().filter(album=OuterRef("pk"))))
    return render(request, "pages/albums.html", listed(request, found, playable, ORDERS))


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
