"""`GET /api/v1/tracks/ID/similar/?method=knn|autoencoder&k=20`: the playable tracks that are most like one."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommender.similar import DEFAULT, MOST, NOT_ANALYSED, NotTrainedYet, UnknownMethod, similar
from streaming.api.tracks import track_json
from streaming.models import Track

K = 20


class NotYet(APIException):
    """Ask again later: the model is not there yet."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class SimilarView(APIView):
    def get(self, request: Request, pk: int) -> Response:
        method, k = request.query_params.get("method", DEFAULT), _k(request.query_params.get("k", str(K)))
        track = get_object_or_404(Track, pk=pk)
        try:
            found = similar(track.pk, k, method)
        except UnknownMethod as error:
            raise ValidationError({"error": str(error)}) from None
        except NotTrainedYet as error:
            raise NotYet(str(error)) from None
        return Response(
            {
                "track": track.pk,
                "method": method,
                "model_run": found.run_id,
                "similar": [
                    {"track": track_json(one.track), "similarity": round(one.similarity, 4)} for one in found.tracks
                ],
                "note": "" if found.is_known else NOT_ANALYSED,
            }
        )


def _k(given: str) -> int:
    if not (given.isdecimal() and given.isascii() and 1 <= int(given) <= MOST):
        text = _("k has to be a whole number from 1 to {most}, not {given}")
        raise ValidationError({"error": text.format(most=MOST, given=repr(given[:40]))})
    return int(given)
