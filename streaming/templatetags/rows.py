"""Rows and tiles, for the templates that list them."""

from django import template

from streaming.pages import rows, tiles

register = template.Library()

TAGS = (
    *(rows.track_row, rows.play_row, rows.ban_row),
    *(tiles.track_tile, tiles.track_tiles, tiles.album_tile, tiles.artist_tile),
)

for tag in TAGS:
    register.simple_tag(tag)
