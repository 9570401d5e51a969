from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recommender.shelves import shown


@require_safe
@never_cache
def shelves(request: HttpRequest) -> HttpResponse:
    """The listener's shelves as a piece of HTML, for a page whose socket cannot be opened."""
    return render(request, "recommender/shelves.html", {"shelves": shown(request.listener_id)})
