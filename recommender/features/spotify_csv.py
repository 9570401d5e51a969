"""Spotify's audio features of a CSV file, a row a song, taken into the feature store.

Spotify's features of the names of Echo Nest's are Echo Nest's, which it bought: they are one family. Such files go
round in several forms, with and without artists, so that columns are found by the names that they usually have. Rows
are dealt with in batches, each kept at once; the same file twice changes nothing.
"""

import ast
import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from recommender.features.columns import ECHONEST_COLUMNS
from recommender.features.repeats import Repeats
from recommender.features.store import feature_store
from streaming.imports.failure import ImportFailed, clear_failures
from streaming.imports.fma_rows import LONGEST_SECONDS
from streaming.imports.fma_table import BadCell, FmaTable, Row
from streaming.imports.listed_songs import ListedSongs, Song
from streaming.imports.report import Report
from streaming.models import Artist, Track

FAMILY = "echonest"
FEATURES = tuple(name for _, _, name in ECHONEST_COLUMNS)
# Tempo is in beats a minute, and 0 where Spotify heard no beat; all others are shares.
RANGES = {name: (0.0, 500.0) if name == "tempo" else (0.0, 1.0) for name in FEATURES}

# Our name: those of the column in the files that go round.
NAMES = {
    "title": ("song_name", "track_name", "name", "title"),
    "duration_ms": ("song_duration_ms", "duration_ms", "track_duration_ms"),
} | {name: (name, f"song_{name}", f"audio_{name}", f"track_{name}") for name in FEATURES}
ARTIST_NAMES = ("artist_name", "track_artist", "artists", "artist", "artist_names")

BATCH_SIZE = 2_000
EXAMPLES = 3

SAME_ROW = "rows that repeat another exactly"
SAME_FEATURES = "rows that repeat a song with the same features"
OTHER_FEATURES = "rows that give a song other features than its first row, which counts"
SAME_TRACK = "rows of a track of the catalogue that another row describes"


@dataclass(frozen=True)
class Described:
    """A song and its features, and the line where they stand."""

    song: Song
    vector: np.ndarray
    line: int


class SpotifyImport:
    """One import of the file at `path`, told to `report`; raises ImportFailed where it is no such file.

    `match_only`: leave out what the catalogue does not have. `examples`: of each kind of repeated rows, the first few.
    """

    def __init__(self, path: Path, report: Report, *, match_only: bool = False, batch_size: int = BATCH_SIZE) -> None:
        if not path.is_file():
            raise ImportFailed(f"{path} is not a file. Give a CSV of songs with Spotify's features")
        self.report = report
        self.match_only = match_only
        self.batch_size = batch_size
        self.examples: dict[str, list[str]] = {}
        try:
            self.table = FmaTable(path, header_rows=1, wanted=())
        except csv.Error as error:
            raise ImportFailed(f"{path} does not begin as a CSV does: {error}") from error
        self.columns = _columns(self.table)
        self.artist_column = _column(self.table, ARTIST_NAMES)

    def run(self, *, read: Callable[[int], object] | None = None) -> None:
        """`read` is told how many bytes were read since it was last told."""
        with clear_failures(), Repeats() as self.repeats:
            self.store = feature_store()
            self.songs = ListedSongs(is_adding=not self.match_only)
            # The catalogue's tracks, by the line that describes them.
            self.lines: dict[int, int] = {}
            batch: list[Described] = []
            for row in self.table.rows(problem=self._skip, read=read):
                if described := self._read(row):
                    batch.append(described)
                if len(batch) >= self.batch_size:
                    self._save(batch)
                    batch = []
            self._save(batch)

    def _read(self, row: Row) -> Described | None:
        """None for a row that is bad or repeats another."""
        if self._repeats(row, "\0".join(row.cells), b"", SAME_ROW):
            return None
        try:
            vector = np.array([_number(row, self.columns[name], *RANGES[name]) for name in FEATURES], dtype="<f4")
            song = self._song(row)
        except BadCell as bad:
            self._skip(bad.place, bad.reason)
            return None
        if self._repeats(row, song.key, vector.tobytes(), OTHER_FEATURES):
            return None
        return Described(song, vector, row.line)

    def _repeats(self, row: Row, text: str, value: bytes, kind: str) -> bool:
        """Whether an earlier row had the same text, which is counted as of `kind`, or SAME_FEATURES if that fits."""
        earlier = self.repeats.earlier(blake2b(text.encode(), digest_size=16).digest(), row.line, value)
        if not earlier:
            return False
        line, first = earlier
        self._repeated(SAME_FEATURES if value and value == first else kind, row.line, line, row.text(*self._title))
        return True

    def _repeated(self, kind: str, line: int, earlier: int, title: str) -> None:
        self.report.counts[kind] += 1
        examples = self.examples.setdefault(kind, [])
        if len(examples) < EXAMPLES:
            examples.append(f"line {line} as line {earlier}, {title[:60]!r}")

    def _song(self, row: Row) -> Song:
        artist = _first_artist(row.text(*self.artist_column)) if self.artist_column else ""
        return Song(
            title=self._fitting(row, row.required_text(*self._title), Track, "title"),
            artist=self._fitting(row, artist, Artist, "name"),
            duration_ms=int(_number(row, self.columns["duration_ms"], 1, LONGEST_SECONDS * 1000)),
        )

    def _fitting(self, row: Row, text: str, model: type[Track | Artist], field: str) -> str:
        longest = model._meta.get_field(field).max_length
        if len(text) > longest:
            self.report.problem(row.place(field), f"{text[:60]!r}… is cut to {longest:,} characters")
        return text[:longest]

    def _save(self, batch: list[Described]) -> None:
        placed = self.songs.place([described.song for described in batch])
        vectors = {}
        for described in batch:
            key = described.song.key
            if key in placed.own:
                vectors[placed.own[key]] = described.vector
            elif key in placed.matched and self._is_first(described, placed.matched[key]):
                vectors[placed.matched[key]] = described.vector
        counts = Counter(
            {
                "songs that the catalogue has": len(placed.matched),
                "songs added without audio": placed.added,
                "songs that a list added before": len(placed.own) - placed.added,
                "songs left out, which the catalogue does not have": len(batch) - len(placed.matched) - len(placed.own),
            }
        )
        counts["tracks with features of Spotify"] = self.store.put(FAMILY, vectors)
        self.report.counts += counts

    def _is_first(self, described: Described, pk: int) -> bool:
        earlier = self.lines.setdefault(pk, described.line)
        if earlier != described.line:
            self._repeated(SAME_TRACK, described.line, earlier, described.song.title)
        return earlier == described.line

    def _skip(self, place: str, reason: str) -> None:
        self.report.problem(place, f"{reason} (row skipped)")
        self.report.counts["rows skipped"] += 1

    @property
    def _title(self) -> tuple[str, ...]:
        return self.columns["title"]


def _columns(table: FmaTable) -> dict[str, tuple[str, ...]]:
    found = {name: _column(table, names) for name, names in NAMES.items()}
    missing = [" or ".join(NAMES[name]) for name, column in found.items() if not column]
    if missing:
        has = ", ".join("/".join(column) for column in table.places)[:500]
        raise ImportFailed(
            f"{table.path} is no CSV of Spotify's features: it has no column {', and none '.join(missing)}. "
            f"Its first line has: {ascii(has) if has else 'nothing'}"
        )
    return found


def _column(table: FmaTable, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The column of the first of the names that the table has, without regard to case."""
    columns = {"/".join(column).strip().lower(): column for column in table.places}
    return next((columns[name] for name in names if name in columns), None)


def _first_artist(cell: str) -> str:
    """Of "Ada", "Ada;Grace" and "['Ada', 'Grace']", the ways in which such files name several."""
    if cell.startswith("["):
        try:
            names = ast.literal_eval(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return cell
        return str(names[0]).strip() if names else ""
    return cell.partition(";")[0].strip()


def _number(row: Row, column: tuple[str, ...], smallest: float, largest: float) -> float:
    cell = row.text(*column)
    try:
        # Python takes 1_0 for 10, as nobody else does.
        number = float(cell.replace("_", "?"))
    except ValueError:
        raise BadCell(row.place(*column), f"{cell[:100]!r} is not a number") from None
    if not smallest <= number <= largest:
        raise BadCell(row.place(*column), f"{cell[:100]!r} is not from {smallest:,g} to {largest:,g}")
    return number
