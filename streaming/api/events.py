"""`POST /api/v1/events/`: playback events, one or up to 1,000, answered 202 once they are durable."""

import logging
from dataclasses import asdict

from django.db import OperationalError
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming import playback
from streaming.events import EventLogUnavailable

logger = logging.getLogger(__name__)


class NotStored(APIException):
    """Nothing of the call is on the log: its sender keeps the events and tries again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class EventsView(APIView):
    def post(self, request: Request) -> Response:
        items = request.data if isinstance(request.data, list) else [request.data]
        if not 1 <= len(items) <= playback.MOST:
            raise ValidationError({"error": f"{len(items)} events in one call; from 1 to {playback.MOST} are taken"})
        try:
            outcome = playback.record(items, listener_id=request.listener_id)
        except (OperationalError, EventLogUnavailable) as error:  # the disk is full, or the database busy for too long
            logger.exception("%d events could not be stored", len(items))
            raise NotStored(f"nothing was stored, try again later: {error}") from error
        answer = {
            "accepted": len(outcome.accepted),
            "rejected": [asdict(rejection) for rejection in outcome.rejected],
        }
        return Response(answer, status.HTTP_202_ACCEPTED if outcome.accepted else status.HTTP_400_BAD_REQUEST)
