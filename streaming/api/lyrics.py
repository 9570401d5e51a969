"""`GET /api/v1/tracks/ID/lyrics/`: the words of a song, `synced` where each line says when it comes.

`lines` have a `text`, empty for a pause, and `start_ms`, null where there are no times; none where there are no words.
"""

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming import lyrics
from streaming.models import Track


class LyricsView(APIView):
    def get(self, request: Request, pk: int) -> Response:
        found = lyrics.of_track(get_object_or_404(Track.objects.select_related("folder"), pk=pk))
        lines = [{"start_ms": line.start_ms, "text": line.text} for line in found.lines]
        return Response({"track": pk, "synced": found.is_synced, "lines": lines})
