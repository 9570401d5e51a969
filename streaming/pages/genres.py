from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming.models import Genre, TrackGenre
from streaming.pages.paging import Keyset

PAGE = 50
MOST_LISTENED = Keyset("listens", "track_id", int, int)


@require_safe
def genres(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/genres.html", {"roots": tree()})


@require_safe
def genre(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Genre.objects.select_related("parent", "top_level"), pk=pk)
    rows = (
        TrackGenre.objects.filter(genre=shown)
        .select_related("track__artist", "track__album", "track__genre_top")
        .defer("track__information", "track__artist__bio", "track__album__information")
    )
    return render(
        request,
        "pages/genre.html",
        {
            "genre": shown,
            "children": shown.children.filter(track_count__gt=0),
            "page": MOST_LISTENED.page(rows, request.GET.get("after"), PAGE),
        },
    )


def tree() -> list[dict]:
    """The genres with tracks as [{"genre": Genre, "children": [the same]}], by title on every level.

    FMA names 163, of which a smaller catalogue has few; a track counts in the parents of its genres too.
    """
    children = defaultdict(list)
    for each in Genre.objects.filter(track_count__gt=0):
        children[each.parent_id].append(each)

    def branches(parent: int | None) -> list[dict]:
        return [{"genre": each, "children": branches(each.pk)} for each in children[parent]]

    return branches(None)
