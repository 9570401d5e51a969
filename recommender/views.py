"""The shelves by themselves, and what a listener says of their taste, which changes the shelves at once."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from recommender import live, online
from recommender.shelves import shown
from streaming import taste_settings


@require_safe
@never_cache
def shelves(request: HttpRequest) -> HttpResponse:
    """The listener's shelves as a piece of HTML, for a page whose socket cannot be opened."""
    return render(request, "recommender/shelves.html", {"shelves": shown(request.listener_id)})


@require_POST
def adventure(request: HttpRequest) -> HttpResponse:
    """The slider, `adventure` from 0 (familiar) to 100 (adventurous)."""
    try:
        taste_settings.set_adventure(listener_id=request.listener_id, adventure=request.POST.get("adventure", ""))
    except taste_settings.TasteError as error:
        return _refused(request, error)
    return _accepted(request, request.listener_id)


@require_POST
def choices(request: HttpRequest) -> HttpResponse:
    """Genres and artists to begin with, by `genre` and `artist`, each as often as there are any; none is "skip"."""
    try:
        taste_settings.choose(
            listener_id=request.listener_id,
            genres=request.POST.getlist("genre"),
            artists=request.POST.getlist("artist"),
        )
    except taste_settings.TasteError as error:
        return _refused(request, error)
    return _accepted(request, request.listener_id)


def _accepted(request: HttpRequest, listener_id: uuid.UUID) -> HttpResponse:
    """Here rather than as a task: whoever posted a form sees the new shelves on the page that follows."""
    online.refresh(listener_id)
    live.tell(listener_id)
    return HttpResponse(status=204) if request.headers.get("Accept") == "application/json" else redirect("home")


def _refused(request: HttpRequest, error: taste_settings.TasteError) -> HttpResponse:
    return render(request, "recommender/taste_refused.html", {"error": str(error)}, status=400)
