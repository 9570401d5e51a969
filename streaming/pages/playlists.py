"""Playlists: one's own to make, order and share, and those of others that are public."""

import uuid

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from streaming import playlists, smart
from streaming.missing import Missing
from streaming.models import Playlist, Track
from streaming.pages.paging import Keyset, Page
from streaming.playlists import PlaylistError

PAGE = 50
BY_POSITION = Keyset("position", "pk", int, int, descending=False)
# Seconds for which the totals of an unchanged playlist are taken to be these: a track may leave the catalogue.
LASTS = 60
# Tracks that one form may add.
MOST_ADDED = 1_000


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    return _index(request)


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("playlists")
    try:
        made = playlists.create(listener_id=request.listener_id, name=request.POST.get("name", ""))
    except PlaylistError as error:
        return _index(request, error=str(error), status=400)
    return redirect(made)


@require_safe
@never_cache
def playlist(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    shown = get_object_or_404(playlists.visible_to(request.listener_id).select_related("listener__user"), pk=pk)
    page, count, duration_ms = _smart_page(request, shown) if shown.is_smart else _entries_page(request, shown)
    context = {
        "playlist": shown,
        "is_own": shown.listener_id == request.listener_id,
        "page": page,
        "first": 0 if page.is_first else _place_behind(shown, request.GET["after"]),
        "count": count,
        "duration_ms": duration_ms,
        "kept": "",
        "done": request.GET.get("done", ""),
    }
    return render(request, "pages/playlist.html", context)


@never_cache
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    shown, error = _own(request, pk), ""
    if request.method == "POST":
        fields = {name: request.POST.get(name, "") for name in ("name", "description")}
        try:
            playlists.change(shown, fields | {"is_public": request.POST.get("is_public") == "on"})
            return redirect(shown)
        except PlaylistError as fault:
            error, (shown.name, shown.description) = str(fault), fields.values()
    return render(
        request, "pages/playlist_edit.html", {"playlist": shown, "error": error}, status=400 if error else 200
    )


@require_POST
def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    _own(request, pk).delete()
    return redirect("playlists")


@require_POST
def arrange(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`entry`, and `do`: up, down, top, bottom or remove; or `before`, another entry. A button says both: "up 12"."""
    shown = _own(request, pk)
    do, _, entry = request.POST.get("do", "").partition(" ")
    entry = _number(entry or request.POST.get("entry", ""))
    try:
        if do == "remove":
            playlists.remove(shown, [entry])
        elif do in ("up", "down"):
            playlists.shift(shown, entry, -1 if do == "up" else 1)
        elif do == "top":
            playlists.shift(shown, entry, -playlists.MOST_ENTRIES)
        else:
            before = request.POST.get("before", "")
            playlists.move(shown, entry, before=_number(before) if before else None)
    except PlaylistError as error:
        return _refused(request, str(error), reverse("playlist", args=[pk]))
    return redirect(request.POST.get("next") if _is_path(request.POST.get("next")) else shown)


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Tracks named by `track`, to the playlist `playlist`, or to a new one called `name`; asks which where neither."""
    given = request.POST if request.method == "POST" else request.GET
    track_ids = [_number(text) for text in given.getlist("track")[:MOST_ADDED]]
    if request.method != "POST":
        return _ask_where(request, track_ids)
    try:
        if name := request.POST.get("name", "").strip():
            target = playlists.create(listener_id=request.listener_id, name=name)
        else:
            target = _own(request, request.POST.get("playlist", ""))
        playlists.add(target, track_ids)
    except PlaylistError as error:
        return _refused(request, str(error), reverse("playlists"))
    return redirect(target)


def _ask_where(request: HttpRequest, track_ids: list[int]) -> HttpResponse:
    tracks = Track.objects.for_list().in_bulk(track_ids)
    if not tracks:
        raise Missing(gettext("None of these tracks is in the catalogue"))
    own = playlists.of_listener(request.listener_id).filter(rules__isnull=True)
    chosen = [tracks[pk] for pk in track_ids if pk in tracks]
    return render(request, "pages/playlist_add.html", {"tracks": chosen, "own": own})


def _index(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    own = playlists.of_listener(request.listener_id)
    return render(request, "pages/playlists.html", {"own": own, "error": error}, status=status)


def _entries_page(request: HttpRequest, shown: Playlist) -> tuple[Page, int, int]:
    entries = shown.entries.for_list()
    page = BY_POSITION.page(entries, request.GET.get("after"), PAGE)
    # Each change of the entries is one of `updated_at` too.
    key = f"playlist-totals:{shown.pk}:{shown.updated_at.timestamp()}"
    return page, *cache.get_or_set(key, shown.entries.totals, LASTS)


def _smart_page(request: HttpRequest, shown: Playlist) -> tuple[Page, int, int]:
    """The cursor is how many tracks came before: the list is cut at its limit, so none is far down."""
    ids = smart.tracks(shown.rules, shown.listener_id)
    start = _number(request.GET.get("after") or "0")
    tracks = Track.objects.for_list().in_bulk(ids[start : start + PAGE])
    rows = [{"track": tracks[pk]} for pk in ids[start : start + PAGE] if pk in tracks]
    next_ = str(start + PAGE) if start + PAGE < len(ids) else ""
    return Page(rows, next_, start == 0), len(ids), 0


def _place_behind(shown: Playlist, cursor: str) -> int:
    """How many entries come before the page that the cursor leads to."""
    if shown.is_smart:
        return _number(cursor)
    return shown.entries.count() - BY_POSITION.ordered(shown.entries.all(), cursor).count()


def _own(request: HttpRequest, pk: uuid.UUID | str) -> Playlist:
    try:
        return get_object_or_404(Playlist, pk=uuid.UUID(str(pk)), listener=request.listener_id)
    except ValueError:
        raise Missing(gettext("{given} is no playlist").format(given=repr(str(pk)[:40]))) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Missing(gettext("{given} is not a number").format(given=repr(text[:40])))
    return int(text)


def _is_path(address: str | None) -> bool:
    """Within this site: whoever made the form cannot send somebody elsewhere."""
    return bool(address) and address.startswith("/") and not address.startswith(("//", "/\\"))


def _refused(request: HttpRequest, message: str, back: str) -> HttpResponse:
    return render(request, "pages/refused.html", {"message": message, "back": back}, status=400)
