"""Artists, albums and genres of one's own files, found by their names without regard to case, or made."""

from django.db.models import Q

from streaming.imports.tags import Tags
from streaming.models import Album, Artist, Folder, Genre

UNKNOWN_ARTIST = "Unknown artist"


class OwnNames:
    """Artists and albums are those of earlier imports of own files: FMA may have another artist of the same name.

    Genres are everyone's, so that own files stand in the genres of the Free Music Archive too.
    """

    def __init__(self) -> None:
        own = Folder.Origin.FOLDER
        artists = Artist.objects.filter(Q(tracks__folder__origin=own) | Q(albums__tracks__folder__origin=own))
        self.artists = {name.casefold(): pk for pk, name in artists.values_list("pk", "name")}
        albums = Album.objects.filter(tracks__folder__origin=own)
        self.albums = {
            (artist, title.casefold()): pk for pk, artist, title in albums.values_list("pk", "artist", "title")
        }
        # Where two genres have one title, FMA's comes last and stays.
        genres = Genre.objects.order_by("fma_id").select_related("parent")
        self.genres = {genre.title.casefold(): genre for genre in genres}
        self.genres_by_pk = {genre.pk: genre for genre in genres}

    def artist(self, name: str) -> int:
        name = name or UNKNOWN_ARTIST
        if name.casefold() not in self.artists:
            self.artists[name.casefold()] = Artist.objects.create(name=name).pk
        return self.artists[name.casefold()]

    def album(self, tags: Tags) -> int | None:
        if not tags.album:
            return None
        artist = self.artist(tags.album_artist or tags.artist)
        key = (artist, tags.album.casefold())
        if key not in self.albums:
            self.albums[key] = Album.objects.create(title=tags.album, artist_id=artist).pk
        return self.albums[key]

    def genre(self, title: str) -> Genre:
        if title.casefold() not in self.genres:
            genre = Genre.objects.create(title=title)
            genre.top_level = genre
            genre.save(update_fields=["top_level"])
            self.genres[title.casefold()] = self.genres_by_pk[genre.pk] = genre
        return self.genres[title.casefold()]

    def with_parents(self, genre: Genre) -> set[int]:
        """Primary keys of the genre and of all above it."""
        pks = {genre.pk}
        while genre.parent_id and genre.parent_id not in pks:
            pks.add(genre.parent_id)
            genre = self.genres_by_pk[genre.parent_id]
        return pks
