"""Radio: `POST /api/v1/radio/` begins a station, and `GET /api/v1/radio/{station}/?after=N` goes on with it.

The POST takes {"seed": "track:12"} (or artist:ID, album:ID, genre:ID, tag:TEXT) and answers 201 with the station and
its first tracks. Each answer says what to ask for `after` next; asked again, it is the same. Plays of a station name it
as their source, "radio:track:12": what became of them decides what follows.
"""

import uuid

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommender import radio
from recommender.api import item_json
from recommender.models import Station

# Tracks of one answer where it is not said: few, so that a skip is soon heeded.
FEW = 4


class StationsView(APIView):
    def post(self, request: Request) -> Response:
        seed = request.data.get("seed") if isinstance(request.data, dict) else None
        try:
            station = radio.begin(request.listener_id, seed)
        except radio.SeedError as error:
            raise ValidationError({"seed": str(error)}) from error
        except radio.UnknownSeed as error:
            raise NotFound(str(error)) from error
        except radio.NothingToPlay as error:
            return _nothing(error)
        return _answer(station, request.listener_id, after=0, count=FEW, code=status.HTTP_201_CREATED)


class StationView(APIView):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        after, count = _number(request, "after", 0, least=0), _number(request, "count", FEW, least=1, most=radio.MOST)
        station = radio.of_listener(request.listener_id, pk)
        if station is None:
            raise NotFound(_("there is no radio {pk} of yours; POST a seed to begin one").format(pk=pk))
        return _answer(station, request.listener_id, after=after, count=count, code=status.HTTP_200_OK)


def _answer(station: Station, listener_id: uuid.UUID, *, after: int, count: int, code: int) -> Response:
    try:
        items, reached = radio.go_on(station, listener_id, after=after, count=count)
    except ValueError as error:
        raise ValidationError({"after": str(error)}) from error
    except radio.NothingToPlay as error:
        return _nothing(error)
    return Response(
        {
            "station": station.pk,
            "seed": station.seed,
            "title": station.title,
            "source": f"radio:{station.seed}",
            "after": reached,
            "tracks": [item_json(item) for item in items],
        },
        code,
    )


def _nothing(error: radio.NothingToPlay) -> Response:
    return Response({"detail": str(error)}, status.HTTP_409_CONFLICT)


def _number(request: Request, name: str, default: int, *, least: int, most: int = 10**9) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        said = _("{value} is not a whole number from {least} to {most}")
        raise ValidationError({name: said.format(value=repr(text[:40]), least=least, most=most)})
    return int(text)
