"""The way out of the demo, for who has music of their own."""

import shutil
from dataclasses import dataclass

from django.db import transaction

from streaming.catalog import count_genre_tracks
from streaming.imports.demo import catalogue
from streaming.models import Album, Artist, Folder, Genre, Listener
from streaming.tags import index_tags


@dataclass(frozen=True)
class Removed:
    tracks: int
    listeners: int


def remove() -> Removed:
    """Delete the demo's tracks with their plays and likes, its simulated listeners, and its files.

    What an import or a person added to one of its artists or albums stays, and so does every genre that has tracks.
    """
    with transaction.atomic():
        tracks = catalogue.tracks()
        albums = list(tracks.order_by().values_list("album_id", flat=True).distinct())
        artists = list(tracks.order_by().values_list("artist_id", flat=True).distinct())
        removed = Removed(tracks.count(), Listener.objects.filter(is_simulated=True).count())
        tracks.delete()
        Album.objects.filter(pk__in=albums, tracks=None).delete()
        Artist.objects.filter(pk__in=artists, tracks=None, albums=None).delete()
        Listener.objects.filter(is_simulated=True).delete()
        Folder.objects.filter(origin=Folder.Origin.DEMO).delete()
        count_genre_tracks()
        index_tags()
        _delete_empty_genres()
    if catalogue.folder_path().exists():
        shutil.rmtree(catalogue.folder_path())
    return removed


def _delete_empty_genres() -> None:
    """The demo's own: without tracks, and not part of a tree that FMA's table brought."""
    empty = Genre.objects.filter(fma_id__in=catalogue.FMA_IDS.values(), track_count=0, parent=None)
    empty.filter(children=None).delete()
