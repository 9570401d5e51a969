"""The demo's rows in the catalogue: all there at once, before a note is composed."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from streaming.catalog import TrackGenres, count_genre_tracks, save_track_genres
from streaming.imports.demo import composer, recording
from streaming.imports.demo.repertoire import FMA_IDS, TAGS, Piece, pieces
from streaming.models import Album, Artist, Folder, Genre, Track
from streaming.tags import index_tags

BEING_COMPOSED = "being composed"
BIO = "An invented artist of the demo: the music is composed by code."


def folder_path() -> Path:
    return settings.MEDIA_DIR / "demo"


def tracks():
    """The demo's tracks as a queryset."""
    return Track.objects.filter(folder__path=str(folder_path()), folder__origin=Folder.Origin.DEMO)


@transaction.atomic
def create() -> None:
    """Insert what is not there yet; a second call changes nothing."""
    folder, _ = Folder.objects.get_or_create(path=str(folder_path()), defaults={"origin": Folder.Origin.DEMO})
    standing = set(tracks().values_list("path", flat=True))
    missing = [piece for piece in pieces() if piece.path not in standing]
    if not missing:
        return
    genres = {title: _genre(title) for title in FMA_IDS}
    rows = Track.objects.bulk_create([_track(piece, folder, genres[piece.genre]) for piece in missing])
    save_track_genres(
        wanted={row.pk: TrackGenres(row.listens, frozenset({row.genre_top_id})) for row in rows},
    )
    count_genre_tracks()
    index_tags()


def _genre(title: str) -> Genre:
    genre, created = Genre.objects.get_or_create(fma_id=FMA_IDS[title], defaults={"title": title})
    if created:
        genre.top_level = genre
        genre.save(update_fields=["top_level"])
    return genre


def _track(piece: Piece, folder: Folder, genre: Genre) -> Track:
    tags = [piece.genre.lower(), *TAGS[piece.genre]]
    artist, _ = Artist.objects.get_or_create(
        name=piece.artist, fma_id=None, defaults={"bio": BIO, "tags": tags[:1], "active_year_begin": piece.year}
    )
    album, _ = Album.objects.get_or_create(
        title=piece.album,
        artist=artist,
        defaults={"type": "Album", "date_released": date(piece.year, 1, 1), "tags": tags},
    )
    song = composer.plan(piece.genre, piece.seed)
    return Track(
        title=piece.title,
        artist=artist,
        album=album,
        number=piece.number,
        genre_top=genre,
        duration_ms=round(composer.SECONDS * 1000),
        bit_rate=recording.BIT_RATE,
        license=recording.LICENCE,
        license_url=recording.LICENCE_URL,
        year=piece.year,
        composer=recording.COMPOSER,
        information=f"{song.key()}, {song.tempo:.0f} beats a minute; {recording.COMPOSER} from seed {piece.seed}.",
        tags=[*tags, "instrumental"],
        folder=folder,
        path=piece.path,
        audio_state=Track.AudioState.ABSENT,
        audio_problem=BEING_COMPOSED,
    )
