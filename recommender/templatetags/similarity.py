from django import template
from django.utils.translation import gettext_lazy as _

from recommender.similar import DEFAULT, METHODS, NOT_ANALYSED, NotTrainedYet, UnknownMethod, similar
from recommender.similar_artists import similar_to
from streaming.models import Artist, Track

register = template.Library()

SHOWN = 12
ON_ITS_WAY = _("The music is still being listened to: what sounds alike appears here in a while.")
# What the methods are called on the page.
NAMES = {"knn": _("Nearest by sound"), "autoencoder": _("Autoencoder")}


@register.inclusion_tag("recommender/similar.html", takes_context=True)
def similar_tracks(context, track: Track) -> dict:
    """Tracks that are like one, by the method that the page's address asks for."""
    method = context["request"].GET.get("similar", DEFAULT)
    shown = {"track": track, "method": method, "methods": [(name, NAMES[name]) for name in METHODS]}
    try:
        found = similar(track.pk, SHOWN, method)
    except UnknownMethod as error:
        return shown | {"problem": str(error)}
    except NotTrainedYet:
        return shown | {"problem": ON_ITS_WAY}
    return shown | {"found": found, "problem": "" if found.is_known else NOT_ANALYSED}


@register.inclusion_tag("recommender/similar_artists.html")
def similar_artists(artist: Artist) -> dict:
    """Artists whose music is like this one's; none where that is not known."""
    return {"artists": similar_to(artist.pk)}
