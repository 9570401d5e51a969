from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recommender.shelves import as_html, shown


@require_safe
@never_cache
def shelves(request: HttpRequest) -> HttpResponse:
    """The listener's shelves as a piece of HTML, for a page whose socket cannot be opened."""
    return HttpResponse(as_html(shown(request.listener_id)))
