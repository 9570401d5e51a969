"""Playlists in and out as files."""

import uuid
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from streaming import playlist_files, playlists, smart
from streaming.missing import Missing
from streaming.models import Playlist, Track
from streaming.playlist_files import FileError
from streaming.playlists import PlaylistError

FORMATS = {"m3u8": "application/vnd.apple.mpegurl", "jspf": "application/jspf+json"}


@require_safe
@never_cache
def export(request: HttpRequest, pk: uuid.UUID, form: str) -> HttpResponse:
    if form not in FORMATS:
        text = _("{given} is no form of a playlist; one of {known} is")
        raise Missing(text.format(given=repr(form[:20]), known=", ".join(FORMATS)))
    shown = get_object_or_404(playlists.visible_to(request.listener_id), pk=pk)
    tracks = tracks_of(shown)
    if form == "m3u8":
        text = playlist_files.as_m3u8(shown.name, tracks, request.build_absolute_uri)
    else:
        text = playlist_files.as_jspf(shown.name, shown.description, tracks, request.build_absolute_uri)
    name = quote(shown.name[:100].replace("/", "-"))
    headers = {"Content-Disposition": f"attachment; filename=\"playlist.{form}\"; filename*=UTF-8''{name}.{form}"}
    return HttpResponse(text, content_type=f"{FORMATS[form]}; charset=utf-8", headers=headers)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """A new playlist of the file `file`, and a word on what the catalogue lacks."""
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise FileError(_("Choose a file first: a playlist as M3U8 or JSPF"))
        read = playlist_files.read(upload.read())
        found = playlist_files.match(read.tracks)
        if not found.track_ids:
            text = _("None of the {count} tracks of the file is in the catalogue")
            raise FileError(text.format(count=len(found.missing)))
        name = (read.name or upload.name.rpartition(".")[0] or _("Imported"))[: playlists.LONGEST_NAME]
        made = playlists.create(listener_id=request.listener_id, name=name, description=read.description[:2000])
        playlists.add(made, found.track_ids)
    except (FileError, PlaylistError) as error:
        own = playlists.of_listener(request.listener_id)
        return render(request, "pages/playlists.html", {"own": own, "error": str(error)}, status=400)
    missing, most = found.missing, playlist_files.MOST_NAMED
    context = {"playlist": made, "taken": len(found.track_ids), "missing": missing[:most], "all_missing": len(missing)}
    return render(request, "pages/playlist_imported.html", context)


def tracks_of(shown: Playlist) -> list[Track]:
    """All of a playlist's tracks in its order, with artist and album."""
    if not shown.is_smart:
        return [entry.track for entry in shown.entries.for_list()]
    ids = smart.tracks(shown.rules, shown.listener_id)
    found = Track.objects.for_list().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
