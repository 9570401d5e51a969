"""`/api/v1/queue/`: the listener's queue, which every device of theirs can go on with.

GET answers with it, without its entries where `?known=` names its version; PUT replaces it (up to 10,000 entries) and
answers with its version; PATCH says how far the queue of a version was played, and answers 409 where another device has
replaced it since.
"""

from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming import queues
from streaming.api.tracks import track_json


class QueueView(APIView):
    def get(self, request: Request) -> Response:
        queue = queues.of_listener(request.listener_id)
        answer = {
            "version": queue.version,
            "index": queue.index,
            "position_ms": queue.position_ms,
            "station": queue.station,
            "device": {"id": queue.device, "name": queue.device_name},
            "updated_at": queue.updated_at,
            "entries": None,
        }
        if request.query_params.get("known") != str(queue.version):
            entries, answer["index"] = queues.entries(queue)
            answer["entries"] = [entry_json(entry) for entry in entries]
        return Response(answer)

    def put(self, request: Request) -> Response:
        try:
            queue = queues.save(listener_id=request.listener_id, said=request.data)
        except queues.QueueError as error:
            raise ValidationError({"error": str(error)}) from error
        return Response({"version": queue.version})

    def patch(self, request: Request) -> Response:
        try:
            queue = queues.move(listener_id=request.listener_id, said=request.data)
        except queues.QueueError as error:
            raise ValidationError({"error": str(error)}) from error
        if queue is None:
            newest = queues.of_listener(request.listener_id).version
            return Response({"version": newest}, status.HTTP_409_CONFLICT)
        return Response({"version": queue.version})


def entry_json(entry: queues.Entry) -> dict:
    return {
        "track": track_json(entry.track),
        "source": entry.source,
        "recommendation": entry.recommendation,
        "added": entry.is_added,
    }
