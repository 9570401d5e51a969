"""Import of the Free Music Archive's catalogue in the official layout of its data set (github.com/mdeff/fma).

The table is read row by row. A batch of rows is one short transaction that first looks what stands and then writes only
what differs. So the same import twice changes nothing, one that was killed goes on where it was, and the web server
can write between batches.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import CharField, Model

from streaming.catalog import TrackGenres, count_genre_tracks, save_by_fma_id, save_track_genres
from streaming.imports.failure import ImportFailed, clear_failures
from streaming.imports.fma_audio import AUDIO_FOLDERS, FmaAudio
from streaming.imports.fma_genres import genre_table, import_genres
from streaming.imports.fma_rows import TRACK_COLUMNS, read_album, read_artist, read_track
from streaming.imports.fma_table import BadCell, FmaTable, Row
from streaming.imports.report import Report
from streaming.models import Album, Artist, Genre, Track
from streaming.tags import index_tags

BATCH_SIZE = 2_000
METADATA = "fma_metadata"


@dataclass
class Batch:
    """Rows to be saved together, by FMA id; artists and albums only where no earlier batch had them."""

    artists: dict[int, Artist] = field(default_factory=dict)
    albums: dict[int, tuple[Album, int]] = field(default_factory=dict)  # with the FMA id of the artist
    tracks: dict[int, tuple[Track, int, int | None]] = field(default_factory=dict)  # of the artist, of the album
    genres: dict[int, frozenset[int]] = field(default_factory=dict)  # primary keys, by the track's FMA id


class FmaImport:
    """One import of the data set at `folder`, told to `report`; raises ImportFailed where it cannot go on."""

    def __init__(self, folder: Path, report: Report, *, batch_size: int = BATCH_SIZE) -> None:
        self.folder = folder
        self.report = report
        self.batch_size = batch_size
        metadata = _metadata(folder)
        self.genre_table = genre_table(metadata / "genres.csv")
        self.track_table = FmaTable(metadata / "tracks.csv", header_rows=3, wanted=TRACK_COLUMNS)
        self.artist_pks: dict[int, int] = {}
        self.album_pks: dict[int, int] = {}
        self.track_ids: set[int] = set()

    def run(self, *, read: Callable[[int], object] | None = None) -> None:
        """`read` is told how many bytes of tracks.csv were read since it was last told."""
        with clear_failures():
            with transaction.atomic():
                self.genres = import_genres(self.genre_table, self.report.problem)
            self.top_genres = {genre.title: genre for genre in self.genres.values() if genre.parent_id is None}
            self.audio = FmaAudio(self.folder)
            batch = Batch()
            for row in self.track_table.rows(problem=self._skip, read=read):
                self._add(batch, row)
                if len(batch.tracks) >= self.batch_size:
                    self._save(batch)
                    batch = Batch()
            self._save(batch)
            count_genre_tracks()
            index_tags()

    def _add(self, batch: Batch, row: Row) -> None:
        try:
            self._read(batch, row)
        except BadCell as bad:
            self._skip(bad.place, bad.reason)

    def _read(self, batch: Batch, row: Row) -> None:
        """Adds the row to the batch as a whole, or raises BadCell and adds nothing of it."""
        fma_id = row.id("track_id")
        if fma_id in self.track_ids:
            raise BadCell(
                row.place("track_id"), f"'{fma_id}' stands in an earlier row too, which is the one that counts"
            )
        track = read_track(row, self.audio.of(fma_id))
        genres = self._genres(row, track)
        artist_id, album_id = row.id("artist", "id"), row.number("album", "id") or None
        artist = read_artist(row) if not (artist_id in self.artist_pks or artist_id in batch.artists) else None
        album = read_album(row) if not (album_id in self.album_pks or album_id in batch.albums) else None
        if artist:
            batch.artists[artist_id] = self._fitting(row, artist)
        if album:
            # An album is its first track's artist's: FMA's table names no other for a compilation.
            batch.albums[album_id] = self._fitting(row, album), artist_id
        batch.tracks[fma_id] = self._fitting(row, track), artist_id, album_id
        batch.genres[fma_id] = genres
        self.track_ids.add(fma_id)

    def _genres(self, row: Row, track: Track) -> frozenset[int]:
        """Sets the top-level genre; returns all genres' primary keys, those above the track's own among them."""
        numbers = {*row.numbers("track", "genres"), *row.numbers("track", "genres_all")}
        top = row.text("track", "genre_top")
        for number in numbers - self.genres.keys():
            self.report.problem(row.place("track", "genres"), f"no genre {number} in genres.csv; left out")
        if top and top not in self.top_genres:
            self.report.problem(row.place("track", "genre_top"), f"no top-level genre {top!r} in genres.csv; left out")
        genre: Genre | None = self.top_genres.get(top)
        track.genre_top_id = genre and genre.pk
        return frozenset(self.genres[number].pk for number in numbers & self.genres.keys())

    def _fitting(self, row: Row, item: Artist | Album | Track) -> Artist | Album | Track:
        """The item with every text cut, and told, that is longer than its field; databases but SQLite refuse it."""
        for name, longest in _limits(type(item)):
            text = getattr(item, name)
            if len(text) > longest:
                setattr(item, name, text[:longest])
                place = row.place(item._meta.model_name, name)
                self.report.problem(place, f"{text[:60]!r}… is cut to {longest:,} characters")
        return item

    def _save(self, batch: Batch) -> None:
        with transaction.atomic():
            artists = save_by_fma_id(objects=list(batch.artists.values()))
            self.artist_pks |= artists.pks
            for album, artist_id in batch.albums.values():
                album.artist_id = self.artist_pks[artist_id]
            albums = save_by_fma_id(objects=[album for album, _ in batch.albums.values()])
            self.album_pks |= albums.pks
            for track, artist_id, album_id in batch.tracks.values():
                track.artist_id = self.artist_pks[artist_id]
                track.album_id = album_id and self.album_pks[album_id]
            tracks = save_by_fma_id(
                objects=[track for track, _, _ in batch.tracks.values()], except_fields={"disc_number"}
            )
            save_track_genres(
                wanted={
                    tracks.pks[fma_id]: TrackGenres(listens=track.listens, genre_pks=batch.genres[fma_id])
                    for fma_id, (track, _, _) in batch.tracks.items()
                }
            )
        for name, saved in (("artists", artists), ("albums", albums), ("tracks", tracks)):
            self.report.count(name, saved)
        for track, _, _ in batch.tracks.values():
            self.report.counts[f"tracks with audio {track.audio_state}"] += 1

    def _skip(self, place: str, reason: str) -> None:
        self.report.problem(place, f"{reason} (row skipped)")
        self.report.counts["rows skipped"] += 1


@cache
def _limits(model: type[Model]) -> tuple[tuple[str, int], ...]:
    """The texts of bounded length: (field, longest)."""
    return tuple((f.name, f.max_length) for f in model._meta.concrete_fields if isinstance(f, CharField))


def _metadata(folder: Path) -> Path:
    """The folder of the tables; raises ImportFailed where it or one of them is missing."""
    if not folder.is_dir():
        raise ImportFailed(
            f"{folder} is not a folder. Give the one that holds {METADATA} and, say, {AUDIO_FOLDERS[-1]}"
        )
    metadata = folder / METADATA
    if not metadata.is_dir():
        hint = f" Did you mean {folder.resolve().parent}?" if (folder / "tracks.csv").exists() else ""
        raise ImportFailed(f"{folder} has no {METADATA} in it. It holds: {_held(folder)}.{hint}")
    missing = [name for name in ("tracks.csv", "genres.csv") if not (metadata / name).is_file()]
    if missing:
        raise ImportFailed(f"{metadata} has no {' and no '.join(missing)}. It holds: {_held(metadata)}")
    return metadata


def _held(folder: Path, most: int = 20) -> str:
    names = sorted(path.name for path in folder.iterdir())
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "") or "nothing"
