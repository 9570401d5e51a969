from django import template

from recommender.similar import DEFAULT, METHODS, NOT_ANALYSED, NotTrainedYet, UnknownMethod, similar
from streaming.models import Track

register = template.Library()

SHOWN = 12
# What the methods are called on the page.
NAMES = {"knn": "Nearest by sound", "autoencoder": "Autoencoder"}


@register.inclusion_tag("recommender/similar.html", takes_context=True)
def similar_tracks(context, track: Track) -> dict:
    """Tracks that are like one, by the method that the page's address asks for."""
    method = context["request"].GET.get("similar", DEFAULT)
    shown = {"track": track, "method": method, "methods": [(name, NAMES[name]) for name in METHODS]}
    try:
        found = similar(track.pk, SHOWN, method)
    except (UnknownMethod, NotTrainedYet) as error:
        return shown | {"problem": str(error)}
    return shown | {"found": found, "problem": "" if found.is_known else NOT_ANALYSED}
