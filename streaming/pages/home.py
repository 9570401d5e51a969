from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from streaming.models import Album, Folder, Genre, Track

ALBUMS = 12
GENRES = 12
# The newest tracks that are looked through for albums: an album has seldom more than 25.
LOOKED_THROUGH = 25 * ALBUMS


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/home.html",
        {
            "albums": recently_added(),
            "genres": main_genres(),
            "being_composed": being_composed(),
            "has_tracks": Track.objects.exists(),
        },
    )


def recently_added() -> list[Album]:
    """The albums of the newest tracks, newest first."""
    newest = Track.objects.order_by("-added_at").values_list("album", flat=True)[:LOOKED_THROUGH]
    ids = [pk for pk in dict.fromkeys(newest) if pk is not None][:ALBUMS]
    albums = Album.objects.select_related("artist").defer("information", "artist__bio").in_bulk(ids)
    return [albums[pk] for pk in ids]


def main_genres() -> QuerySet[Genre]:
    return Genre.objects.filter(parent=None, track_count__gt=0).order_by("-track_count", "title")[:GENRES]


def being_composed() -> int:
    """How many pieces of the demo have no audio yet."""
    folders = list(Folder.objects.filter(origin=Folder.Origin.DEMO).values_list("pk", flat=True))
    if not folders:
        return 0
    return Track.objects.filter(folder__in=folders, audio_state=Track.AudioState.ABSENT).count()
