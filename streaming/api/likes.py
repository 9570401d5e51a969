"""`GET /api/v1/likes/`: the listener's latest likes that can be played, for a browser to keep."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming.api.tracks import track_json
from streaming.models import Like, Track

# More than a browser keeps within the largest limit.
MOST = 500


class LikesView(APIView):
    def get(self, request: Request) -> Response:
        likes = (
            Like.objects.filter(listener=request.listener_id, track__audio_state=Track.AudioState.PRESENT)
            .select_related("track__artist", "track__album")
            .defer("track__information", "track__artist__bio", "track__album__information")
        )
        return Response({"tracks": [track_json(like.track) for like in likes[:MOST]]})
