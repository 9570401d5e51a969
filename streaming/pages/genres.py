"""The genres as a tree and as a map, and one of them with its tracks."""

from collections import defaultdict
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming.models import Genre
from streaming.pages.track_filters import Filters
from streaming.pages.tracks import listed
from streaming.pages.treemap import Rectangle, squarified

# Smaller parts of the map would be too small to press or to read.
SMALLEST_SHARE = 0.0015
# How wide the map is, where its height is 100.
WIDE = 160


@require_safe
def genres(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/genres.html", {"roots": tree()})


@require_safe
def genre_map(request: HttpRequest) -> HttpResponse:
    roots = tree()
    return render(request, "pages/genre_map.html", {"regions": regions(roots), "roots": roots})


@require_safe
def genre(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Genre.objects.select_related("parent", "top_level"), pk=pk)
    filters = replace(Filters.of(request.GET), genre=shown)
    context = {"genre": shown, "children": shown.children.filter(track_count__gt=0), **listed(request, filters)}
    return render(request, "pages/genre.html", context)


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


def regions(roots: list[dict]) -> list[dict]:
    """The map: a region for each top genre, and in it one for each genre right below, by how many tracks they have.

    As [{"genre", "place": Rectangle, "hue", "children": [{"genre", "place"}]}]; places are in per cent of the map, and
    a child's in per cent of its parent. What would be too small to read is left to the tree.
    """
    total = sum(root["genre"].track_count for root in roots) or 1
    placed = _placed(_large(roots, total), Rectangle(0, 0, WIDE, 100))
    return [
        {"genre": root["genre"], "place": place, "hue": n * 360 // len(placed), "children": _within(root, place, total)}
        for n, (root, place) in enumerate(placed)
    ]


def _within(root: dict, place: Rectangle, total: int) -> list[dict]:
    whole = Rectangle(0, 0, place.width * WIDE / 100, place.height)
    return [
        {"genre": child["genre"], "place": inside} for child, inside in _placed(_large(root["children"], total), whole)
    ]


def _large(branches: list[dict], total: int) -> list[dict]:
    return [branch for branch in branches if branch["genre"].track_count / total >= SMALLEST_SHARE]


def _placed(branches: list[dict], whole: Rectangle) -> list[tuple[dict, Rectangle]]:
    """Each branch with its place in per cent of `whole`, the largest first."""
    ranked = sorted(branches, key=lambda branch: -branch["genre"].track_count)
    places = squarified([branch["genre"].track_count for branch in ranked], whole)
    return [(branch, place.within(whole)) for branch, place in zip(ranked, places, strict=True)]
