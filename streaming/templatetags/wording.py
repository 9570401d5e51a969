"""Sentences of the pages that a list has fifty of, or that many pages have, in the reader's language."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma as grouped
from django.utils.translation import ngettext

from streaming.models import Track

register = template.Library()


@register.filter
def named(track: Track, text: str) -> str:
    """The translated text with the track's {title} and {artist}. A blocktranslate would take ten times as long."""
    return str(text).format(title=track.title, artist=track.artist.name)


@register.filter
def tracks_counted(count: int) -> str:
    return ngettext("%(count)s track", "%(count)s tracks", count) % {"count": grouped(count)}


@register.filter
def plays_counted(count: int) -> str:
    return ngettext("%(count)s play", "%(count)s plays", count) % {"count": grouped(count)}
