"""Playlists over JSON.

    GET, POST            /api/v1/playlists/                 one's own; a new one of {"name", "description"?,
                                                            "is_public"?, "rules"?}
    GET, PATCH, DELETE   /api/v1/playlists/ID/              one's own, and GET whatever is public
    GET, POST            /api/v1/playlists/ID/tracks/       its entries in order, by `?after=` and `count=`;
                                                            {"tracks": [ids]} appends
    DELETE               /api/v1/playlists/ID/tracks/       {"entries": [ids]} takes out
    PATCH                /api/v1/playlists/ID/tracks/ENTRY/ {"before": ENTRY} or {"after": ENTRY} moves it; to the end
                                                            for {"before": null}

What cannot be taken is answered 400 with the field and the reason; nothing of such a call is done.
"""

import uuid

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming import playlists, smart
from streaming.api.tracks import track_json
from streaming.models import Playlist, Track
from streaming.playlists import PlaylistError

FIELDS = {"name", "description", "is_public", "rules"}
# Entries of one answer where it is not said, and at most.
COUNT, MOST = 100, 1_000


class PlaylistsView(APIView):
    def get(self, request: Request) -> Response:
        own = playlists.of_listener(request.listener_id)
        return Response({"playlists": [_json(each, each.entry_count) for each in own]})

    def post(self, request: Request) -> Response:
        fields = _fields(request)
        if "name" not in fields:
            raise ValidationError({"name": _("is missing: a playlist needs a name")})
        with _Refusals():
            made = playlists.create(listener_id=request.listener_id, **fields)
        return Response(_json(made), status.HTTP_201_CREATED)


class PlaylistView(APIView):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        shown = get_object_or_404(playlists.visible_to(request.listener_id), pk=pk)
        return Response(_json(shown, None if shown.is_smart else shown.entries.count()))

    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        shown, fields = _own(request, pk), _fields(request)
        if "rules" in fields:
            if not shown.is_smart:
                raise ValidationError({"rules": _("This playlist has tracks of its own: rules make another playlist")})
            shown.rules = fields.pop("rules")
        with _Refusals():
            playlists.change(shown, fields)
        return Response(_json(shown))

    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        _own(request, pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class EntriesView(APIView):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        shown = get_object_or_404(playlists.visible_to(request.listener_id), pk=pk)
        after, count = _number(request, "after", 0, 10**9), _number(request, "count", COUNT, MOST)
        rows = _smart(shown, after, count) if shown.is_smart else _entries(shown, after, count)
        more = len(rows) > count
        return Response({"tracks": rows[:count], "next": after + count if more else None})

    def post(self, request: Request, pk: uuid.UUID) -> Response:
        shown = _own(request, pk)
        with _Refusals():
            added = playlists.add(shown, _ids(request, "tracks"))
        return Response({"added": added}, status.HTTP_201_CREATED)

    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        return Response({"removed": playlists.remove(_own(request, pk), _ids(request, "entries"))})


class EntryView(APIView):
    def patch(self, request: Request, pk: uuid.UUID, entry: int) -> Response:
        said = request.data if isinstance(request.data, dict) else {}
        if len(said) != 1 or not said.keys() <= {"before", "after", "place"}:
            text = _("one of before and after, an entry's number, of before: null, and of place, from 0, is meant")
            raise ValidationError({"error": text})
        if "place" in said:
            return self._put(_own(request, pk), entry, said["place"])
        ((name, other),) = said.items()
        if isinstance(other, bool) or not isinstance(other, int | None) or (other is None and name == "after"):
            raise ValidationError({name: _("{value} is not an entry's number").format(value=repr(str(other)[:40]))})
        with _Refusals():
            playlists.move(_own(request, pk), entry, **said)
        return Response({"entry": entry, name: other})

    def _put(self, playlist: Playlist, entry: int, place: object) -> Response:
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place <= playlists.MOST_ENTRIES:
            text = _("{value} is not a whole number from {least} to {most}")
            said = text.format(value=repr(str(place)[:40]), least=0, most=playlists.MOST_ENTRIES)
            raise ValidationError({"place": said})
        with _Refusals():
            return Response({"entry": entry, "place": playlists.put(playlist, entry, place)})


class _Refusals:
    """What the library refuses, as the answer 400."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, traceback) -> None:
        if isinstance(error, PlaylistError):
            raise ValidationError({error.field: str(error)}) from error


def _json(playlist: Playlist, count: int | None = None) -> dict:
    return {
        "id": playlist.pk,
        "name": playlist.name,
        "description": playlist.description,
        "is_public": playlist.is_public,
        "rules": playlist.rules,
        "tracks": None if playlist.is_smart else count or 0,
        "url": playlist.get_absolute_url(),
        "updated_at": playlist.updated_at,
    }


def _entries(shown: Playlist, after: int, count: int) -> list[dict]:
    """One row more than asked for says whether there are more."""
    rows = shown.entries.for_list()[after : after + count + 1]
    return [{"entry": row.pk, "track": _track(row.track)} for row in rows]


def _smart(shown: Playlist, after: int, count: int) -> list[dict]:
    ids = smart.tracks(shown.rules, shown.listener_id)[after : after + count + 1]
    found = Track.objects.for_list().in_bulk(ids)
    return [{"entry": None, "track": _track(found[pk])} for pk in ids if pk in found]


def _track(track: Track) -> dict:
    return track_json(track) | {"playable": track.is_playable}


def _own(request: Request, pk: uuid.UUID) -> Playlist:
    return get_object_or_404(Playlist, pk=pk, listener=request.listener_id)


def _fields(request: Request) -> dict:
    if not isinstance(request.data, dict):
        text = _("is a {kind}, not a JSON object")
        raise ValidationError({"error": text.format(kind=type(request.data).__name__)})
    if others := request.data.keys() - FIELDS:
        text = _("means nothing here; {known} do")
        raise ValidationError({sorted(others)[0]: text.format(known=", ".join(sorted(FIELDS)))})
    fields = dict(request.data)
    if fields.get("rules") is not None:
        try:
            fields["rules"] = smart.check(fields["rules"])
        except smart.RuleError as error:
            raise ValidationError({error.place: error.message}) from error
    return fields


def _ids(request: Request, name: str) -> list[int]:
    ids = request.data.get(name) if isinstance(request.data, dict) else None
    is_list = isinstance(ids, list) and len(ids) <= playlists.MOST_ENTRIES
    if not is_list or not all(type(each) is int and 0 < each < 2**63 for each in ids):
        raise ValidationError({name: _("is not a list of up to {most} numbers").format(most=playlists.MOST_ENTRIES)})
    return ids


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most):
        said = _("{value} is not a whole number from {least} to {most}")
        raise ValidationError({name: said.format(value=repr(text[:40]), least=0, most=most)})
    return int(text)
