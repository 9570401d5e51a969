"""`GET /api/v1/tracks/ID/sound/`: how loud a track is, and where its waveform is.

Loudness in LUFS, the peak as a share of full scale; null each while the track waits to be measured, or cannot be. The
waveform is 256 bytes, a piece of the track each, the highest 255; its address changes with its content.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming import sounds
from streaming.missing import Missing
from streaming.models import Sound, Track

YEAR = 365 * 24 * 60 * 60


class SoundView(APIView):
    def get(self, request: Request, pk: int) -> Response:
        track = get_object_or_404(Track.objects.select_related("folder"), pk=pk)
        sound = sounds.of_track(track)
        if sound is None:
            return Response({"track": pk, "loudness": None, "album_loudness": None, "peak": None, "waveform": None})
        return Response(
            {
                "track": pk,
                "loudness": sound.loudness,
                "album_loudness": sounds.album_loudness(track, sound),
                "peak": round(sound.peak, 4),
                "waveform": reverse("waveform", args=[pk, sound.digest]),
            }
        )


@require_safe
@cache_control(public=True, max_age=YEAR, immutable=True)
def waveform(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    sound = Sound.objects.filter(pk=pk).only("waveform").first()
    if sound is None or sound.digest != digest:
        raise Missing(_("Track {id} has no waveform {digest}").format(id=pk, digest=repr(digest[:40])))
    return HttpResponse(bytes(sound.waveform), content_type="application/octet-stream")
