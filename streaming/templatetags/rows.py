"""Rows and tiles, for the templates that list them."""

from django import template

from streaming.pages import rows, tiles

register = template.Library()

for tag in (rows.track_row, rows.play_row, rows.ban_row, tiles.track_tile, tiles.album_tile, tiles.artist_tile):
    register.simple_tag(tag)
