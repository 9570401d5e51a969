"""`GET /api/v1/recommendations/`: the listener's shelves, each track with its reason and model run."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommender.shelves import ShownItem, shown


class RecommendationsView(APIView):
    def get(self, request: Request) -> Response:
        shelves = shown(request.listener_id)
        if shelves is None:
            return Response({"version": None, "updated_at": None, "shelves": []})
        return Response(
            {
                "version": shelves.version,
                "updated_at": shelves.updated_at,
                "shelves": [
                    {
                        "recommendation_id": shelf.id,
                        "slug": shelf.slug,
                        "title": shelf.title,
                        "items": [_item(item) for item in shelf.items],
                    }
                    for shelf in shelves.shelves
                ],
            }
        )


def _item(item: ShownItem) -> dict:
    return {
        "track": {
            "id": item.track.pk,
            "title": item.track.title,
            "artist": item.track.artist.name,
            "duration_ms": item.track.duration_ms,
            "audio": item.track.audio_url,
        },
        "reason": item.reason,
        "model_run": item.run_id,
    }
