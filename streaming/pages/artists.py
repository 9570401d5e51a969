from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from streaming.models import Artist, Track
from streaming.pages.paging import text
from streaming.pages.tile_lists import NAME, listed
from streaming.pages.track_lists import Order

TOP_TRACKS = 10
# Compilers of field recordings have hundreds of albums: the newest are shown.
ALBUMS = 60
ORDERS = {
    "name": Order(_("Name"), NAME, text, descending=False),
    "added": Order(_("Recently added"), "id", int),
}


@require_safe
def artists(request: HttpRequest) -> HttpResponse:
    """By `?sort=`, `playable=1` and `after=`, all or some."""
    found = Artist.objects.annotate(**{NAME: Lower("name")}).defer("bio", "tags")
    playable = found.filter(Exists(Track.objects.playable().filter(artist=OuterRef("pk"))))
    return render(request, "pages/artists.html", listed(request, found, playable, ORDERS))


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
