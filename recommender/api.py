"""`GET /api/v1/recommendations/`: the listener's shelves, each track with its reason and model run."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommender.shelves import ShownItem, shown
from streaming.api.tracks import track_json


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
                        "items": [item_json(item) for item in shelf.items],
                    }
                    for shelf in shelves.shelves
                ],
            }
        )


def item_json(item: ShownItem) -> dict:
    """A track as a player needs it, why it is there, and by which model run (null where none had a say)."""
    return {"track": track_json(item.track), "reason": item.reason, "model_run": item.run_id or None}
