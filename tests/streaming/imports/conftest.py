"""Small data sets in FMA's official layout, written cell by cell."""

import csv
from pathlib import Path

import pytest

# The columns of the real tracks.csv, in their order.
ALBUM = "comments date_created date_released engineer favorites id information listens producer tags title tracks type"
ARTIST = (
    "active_year_begin active_year_end associated_labels bio comments date_created favorites id latitude location "
    "longitude members name related_projects tags website wikipedia_page"
)
TRACK = (
    "bit_rate comments composer date_created date_recorded duration favorites genre_top genres genres_all information "
    "interest language_code license listens lyricist number publisher tags title"
)
COLUMNS = [
    *(("album", name) for name in ALBUM.split()),
    *(("artist", name) for name in ARTIST.split()),
    ("set", "split"),
    ("set", "subset"),
    *(("track", name) for name in TRACK.split()),
]
GENRES = [
    ("genre_id", "#tracks", "parent", "title", "top_level"),
    (45, 4, 31, "Loud-Rock", 12),  # before its parent
    (12, 9, 0, "Rock", 12),
    (31, 5, 12, "Metal", 12),
    (21, 7, 0, "Hip-Hop", 21),
]
# The first track of the real data set, with a biography over several lines.
AWOL = {
    ("album", "date_released"): "2009-01-05 00:00:00",
    ("album", "favorites"): 4,
    ("album", "id"): 1,
    ("album", "information"): "<p></p>",
    ("album", "listens"): 6073,
    ("album", "tags"): "[]",
    ("album", "title"): "AWOL - A Way Of Life",
    ("album", "type"): "Album",
    ("artist", "active_year_begin"): "2006-01-01 00:00:00",
    ("artist", "bio"): '<p>A Way Of Life, "A Collective"</p>\n\n<p>of Hip-Hop, from New Jersey</p>',
    ("artist", "favorites"): 9,
    ("artist", "id"): 1,
    ("artist", "location"): "New Jersey",
    ("artist", "name"): "AWOL",
    ("artist", "tags"): "['awol']",
    ("artist", "website"): "http://www.AzillionRecords.blogspot.com",
    ("track", "bit_rate"): 256000,
    ("track", "date_created"): "2008-11-26 01:48:12",
    ("track", "date_recorded"): "2008-11-26 00:00:00",
    ("track", "duration"): 168,
    ("track", "favorites"): 2,
    ("track", "genre_top"): "Hip-Hop",
    ("track", "genres"): "[21]",
    ("track", "genres_all"): "[21]",
    ("track", "language_code"): "en",
    ("track", "license"): "Attribution-NonCommercial-ShareAlike 3.0 International",
    ("track", "listens"): 1293,
    ("track", "number"): 3,
    ("track", "tags"): "[]",
    ("track", "title"): "Food",
}


class DataSet:
    """A folder in FMA's layout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.metadata = folder / "fma_metadata"
        self.tracks_csv = self.metadata / "tracks.csv"
        self.metadata.mkdir(parents=True)
        self.write_genres(GENRES)

    def write_genres(self, rows: list[tuple]) -> None:
        with (self.metadata / "genres.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)

    def write_tracks(self, *tracks: dict, columns: list[tuple[str, str]] = COLUMNS) -> None:
        """Each track's cells by (level, column), and "track_id"; what is not named is as with AWOL's Food."""
        with self.tracks_csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["", *(level for level, _ in columns)])
            writer.writerow(["", *(name for _, name in columns)])
            writer.writerow(["track_id", *("" for _ in columns)])
            for track in tracks:
                cells = AWOL | track
                writer.writerow([track["track_id"], *(cells.get(column, "") for column in columns)])

    def write_audio(self, name: str, fma_id: int, content: bytes = b"audio") -> Path:
        number = f"{fma_id:06d}"
        path = self.folder / name / number[:3] / f"{number}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


@pytest.fixture
def data_set(tmp_path) -> DataSet:
    """FMA's first track, and one of another artist that is on no album."""
    data_set = DataSet(tmp_path / "fma")
    data_set.write_tracks(
        {"track_id": 2},
        {
            "track_id": 137,
            ("album", "id"): -1,
            ("album", "title"): "",
            ("album", "listens"): -1,
            ("album", "date_released"): "",
            ("artist", "id"): 54,
            ("artist", "name"): "Lightning Bolt & Björk",
            ("track", "date_recorded"): "",
            ("track", "genre_top"): "",
            ("track", "genres"): "[45, 21]",
            ("track", "genres_all"): "[12, 45, 21, 31]",
            ("track", "listens"): 7,
            ("track", "tags"): "['rock n\\' roll', \"80's\"]",
            ("track", "title"): "Side A",
        },
    )
    return data_set
