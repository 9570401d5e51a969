"""The tiles of tracks, albums and artists; written here for the reason that rows are."""

from collections.abc import Iterable
from html import escape
from typing import Protocol

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from streaming.models import Album, Artist, Track
from streaming.pages.rows import PLAY, icon
from streaming.pages.words import words
from streaming.templatetags.catalog import cover, data_attributes

BAN, PLAY_ALBUM = icon("ban"), icon("play", "when-paused")


class Offered(Protocol):
    """A recommended track; `track` is None where the page has a tile of it."""

    track_id: int
    track: Track | None
    reason: str
    run: object


def track_tiles(items: Iterable[Offered]) -> SafeString:
    """A shelf's: one call of a template for all of them."""
    return SafeString(
        "".join(
            track_tile(item.track, item.reason, item.run)
            if item.track
            else known_tile(item.track_id, item.reason, item.run)
            for item in items
        )
    )


def track_tile(track: Track, reason: str, run: object) -> SafeString:
    """A recommended track; `reason` says why it is there, and `run` which model put it there."""
    said, title, by = words(), escape(track.title), escape(track.artist.name)
    return SafeString(
        f'<li class="tile" {data_attributes(track)}>\n'
        f'<div class="tile-art">{_art(track)}'
        '<button type="button" class="tile-play round-button" data-play '
        f'aria-label="{said.play.format(title=title, artist=by)}">{PLAY}</button>'
        '<button type="button" class="tile-ban icon-button" data-ban '
        f'aria-label="{said.ban.format(title=title)}" title="{said.not_for_me}">{BAN}</button></div>\n'
        f"{_title(track, title)}\n{_artist(track.artist)}\n"
        f"{_reason(reason, run)}</li>"
    )


def known_tile(track_id: int, reason: str, run: object) -> SafeString:
    """The place of a tile that the page has, and why the track is there now."""
    return SafeString(f'<li class="tile" data-known data-track="{track_id}">{_reason(reason, run)}</li>')


def album_tile(album: Album, has_artist: bool = True) -> SafeString:
    """With its artist; or, on the artist's own page, with its year and kind."""
    title = escape(album.title)
    year = f"{album.date_released.year}" if album.date_released else ""
    facts = escape(" · ".join(filter(None, (year, album.type))))
    return SafeString(
        f'<li class="tile">\n<div class="tile-art">{_art(album)}'
        f'<button type="button" class="tile-play round-button" data-play-album="{album.get_absolute_url()}" '
        f'aria-label="{words().play_album.format(title=title)}">{PLAY_ALBUM}</button></div>\n'
        f"{_title(album, title)}\n"
        f'{_artist(album.artist) if has_artist else f"""<span class="tile-artist">{facts}</span>"""}</li>'
    )


def artist_tile(artist: Artist) -> SafeString:
    return SafeString(
        f'<li class="tile is-artist">\n<div class="tile-art">{_art(artist)}</div>\n'
        f"{_title(artist, escape(artist.name))}\n"
        f'<span class="tile-artist">{escape(artist.location) or words().artist}</span></li>'
    )


def _reason(reason: str, run: object) -> str:
    why = conditional_escape(reason)
    whose = words().reason.format(reason=why, run=escape(str(run)))
    return f'<p class="tile-reason" dir="auto" title="{whose}">{why}</p>'


def _art(item: Track | Album | Artist) -> str:
    """A link for the mouse alone: whoever goes by the keyboard or hears the page has the title's."""
    return (
        f'<a href="{item.get_absolute_url()}" tabindex="-1" aria-hidden="true">'
        f'<img src="{cover(item)}" alt="" width="180" height="180" loading="lazy"></a>'
    )


def _title(item: Track | Album | Artist, title: str) -> str:
    return f'<a class="tile-title" href="{item.get_absolute_url()}" dir="auto">{title}</a>'


def _artist(artist: Artist) -> str:
    return f'<a class="tile-artist" href="{artist.get_absolute_url()}" dir="auto">{escape(artist.name)}</a>'
