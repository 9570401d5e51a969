"""How the pages write what the catalogue holds."""

import html

from django import template
from django.db.models import Model
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from streaming.addresses import address
from streaming.licence_kinds import LicenceKind, kind_of
from streaming.models import Track

register = template.Library()

TABS = (
    ("genres", _("Genres")),
    ("genre_map", _("Map")),
    ("artists", _("Artists")),
    ("albums", _("Albums")),
    ("years", _("Years")),
    ("licences", _("Licences")),
    ("tags", _("Tags")),
    ("tracks", _("All tracks")),
)


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


@register.inclusion_tag("partials/browse_tabs.html")
def browse_tabs(here: str) -> dict:
    """The ways into the catalogue, side by side; `here` is the name of the one that is shown."""
    return {"here": here, "tabs": TABS}


@register.filter
def data_attributes(track: Track) -> SafeString:
    """What the player reads off a row or tile."""
    of_album = f' data-album-url="{track.album.get_absolute_url()}"' if track.album_id else ""
    return SafeString(
        f"{'data-playable ' if track.is_playable else ''}"
        f'data-track="{track.pk}" data-title="{html.escape(track.title)}" '
        f'data-artist="{html.escape(track.artist.name)}" data-duration="{track.duration_ms}" '
        f'data-url="{track.get_absolute_url()}" data-artist-url="{track.artist.get_absolute_url()}" '
        f'data-cover="{cover(track)}" data-audio="{track.audio_url}"{of_album}'
    )


@register.filter
def licence_kind(url: str) -> LicenceKind | None:
    return kind_of(url)
