from django import template
from django.core.cache import cache
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from recommender import store
from recommender.shelves import as_html
from streaming import taste_settings
from streaming.models import Artist, Genre, Track

register = template.Library()

# Genres and artists to choose from for a start; of each, the best known.
OFFERED = 12
# Tracks looked through for artists: the best known have several each.
LOOKED_THROUGH = 150
# Seconds for which the artists are kept: to find them all that can be played is sorted.
LAST = 300


@register.simple_tag(takes_context=True)
def shelves(context) -> SafeString:
    """The shelves of whoever looks at the page, as they stand."""
    standing = _standing(context["request"])
    if standing is None:
        return render_to_string("recommender/shelves.html", {"shelves": None})
    return SafeString(as_html(standing, context["request"].listener_id))


@register.inclusion_tag("recommender/taste.html", takes_context=True)
def taste(context) -> dict:
    """What a listener may say of their taste: the slider; and as long as nothing is known of it, what to begin with."""
    settings, standing = taste_settings.of_listener(context["request"].listener_id), _standing(context["request"])
    is_asked = not settings.was_asked and (standing is None or standing.is_cold)
    return {
        "settings": settings,
        "most_chosen": taste_settings.MOST_CHOSEN,
        "csrf_token": context["csrf_token"],
        **({"genres": _genres(), "artists": _artists()} if is_asked else {}),
    }


def _standing(request: HttpRequest) -> store.Shelves | None:
    """Read once a page, whichever tag asks first."""
    if not hasattr(request, "standing_shelves"):
        request.standing_shelves = store.standing_or_cold(request.listener_id)
    return request.standing_shelves


def _genres() -> list[Genre]:
    return list(Genre.objects.filter(parent=None, track_count__gt=0).order_by("-track_count", "title")[:OFFERED])


def _artists() -> list[Artist]:
    """Those of the most heard playable tracks, the same for everybody."""
    ids = cache.get("offered-artists")
    if ids is None:
        ids = _best_known()
        # Of a catalogue that has only begun to grow, more are known the next time.
        if len(ids) == OFFERED:
            cache.set("offered-artists", ids, LAST)
    found = Artist.objects.only("name").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _best_known() -> list[int]:
    heard = Track.objects.playable().order_by("-listens", "pk").values_list("artist", flat=True)[:LOOKED_THROUGH]
    return list(dict.fromkeys(heard))[:OFFERED]
