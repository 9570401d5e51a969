from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from streaming.missing import Missing
from streaming.models import Album, Artist, Genre, Track
from streaming.pages.artwork import draw

# What has a cover, and the field that names it.
KINDS: dict[str, tuple[type[Model], str]] = {
    "album": (Album, "title"),
    "artist": (Artist, "name"),
    "genre": (Genre, "title"),
    "track": (Track, "title"),
}
THIRTY_DAYS = 30 * 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=THIRTY_DAYS)
def cover(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in KINDS:
        text = _("{given} has no covers; one of {known} has")
        raise Missing(text.format(given=repr(kind[:40]), known=", ".join(KINDS)))
    model, field = KINDS[kind]
    title = model.objects.filter(pk=pk).values_list(field, flat=True).first()
    if title is None:
        raise Missing(_("There is no {kind} {id}").format(kind=kind, id=pk))
    return HttpResponse(draw(f"{kind} {pk} {title}"), content_type="image/svg+xml")
