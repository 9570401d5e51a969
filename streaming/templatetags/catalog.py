"""How the pages write what the catalogue holds."""

import html

from django import template
from django.db.models import Model
from django.utils.html import strip_tags

from streaming.addresses import address
from streaming.models import Track

register = template.Library()


@register.filter
def duration(milliseconds: int) -> str:
    """3:05, or 1:02:03 from an hour on."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def plain(text: str) -> str:
    """The text of the archive's HTML; still escaped by the template like any other."""
    return html.unescape(strip_tags(text)).strip()


@register.filter
def cover(item: Model) -> str:
    """The address of a cover: an album's tracks share the album's."""
    if isinstance(item, Track) and item.album_id:
        return address("cover", "album", item.album_id)
    return address("cover", item._meta.model_name, item.pk)
