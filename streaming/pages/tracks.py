from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from streaming.models import Play, Track


@require_safe
def track(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Track.objects.select_related("artist", "album", "genre_top", "folder"), pk=pk)
    plays = Play.objects.filter(track=shown).aggregate(
        all=Count("pk"), simulated=Count("pk", filter=Q(listener__is_simulated=True))
    )
    return render(request, "pages/track.html", {"track": shown, "genres": shown.genres.all(), "plays": plays})
