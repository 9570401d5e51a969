from django import template
from django.http import HttpRequest

from recommender.shelves import ShownShelves, shown
from streaming import taste_settings
from streaming.models import Artist, Genre, Track

register = template.Library()

# Genres and artists to choose from for a start; of each, the best known.
OFFERED = 12
# Tracks looked through for artists: the best known have several each.
LOOKED_THROUGH = 150


@register.inclusion_tag("recommender/shelves.html", takes_context=True)
def shelves(context) -> dict:
    """The shelves of whoever looks at the page, as they stand."""
    return {"shelves": _shown(context["request"])}


@register.inclusion_tag("recommender/taste.html", takes_context=True)
def taste(context) -> dict:
    """What a listener may say of their taste: the slider; and as long as nothing is known of it, what to begin with."""
    settings, standing = taste_settings.of_listener(context["request"].listener_id), _shown(context["request"])
    is_asked = not settings.was_asked and (standing is None or standing.is_cold)
    return {
        "settings": settings,
        "most_chosen": taste_settings.MOST_CHOSEN,
        "csrf_token": context["csrf_token"],
        **({"genres": _genres(), "artists": _artists()} if is_asked else {}),
    }


def _shown(request: HttpRequest) -> ShownShelves | None:
    """Read once a page, whichever tag asks first."""
    if not hasattr(request, "shown_shelves"):
        request.shown_shelves = shown(request.listener_id)
    return request.shown_shelves


def _genres() -> list[Genre]:
    return list(Genre.objects.filter(parent=None, track_count__gt=0).order_by("-track_count", "title")[:OFFERED])


def _artists() -> list[Artist]:
    """Those of the most heard playable tracks."""
    heard = Track.objects.playable().order_by("-listens", "pk").values_list("artist", flat=True)[:LOOKED_THROUGH]
    ids = list(dict.fromkeys(heard))[:OFFERED]
    found = Artist.objects.only("name").in_bulk(ids)
    return [found[pk] for pk in ids]
