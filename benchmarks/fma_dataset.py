"""Writes a data set in FMA's official layout, with invented content of FMA's sizes, from a fixed seed.

    python -m benchmarks.fma_dataset DIR [--genres genres.csv] [--features] [--tracks 106574]

The shares of filled cells, the lengths of texts and the long tails of listens are near those of the real tracks.csv
(260 MB), which also has tracks without an album (id -1) and albums with several artists.
"""

import argparse
import csv
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.fma_features import write_features
from benchmarks.fma_prose import Prose

COLUMNS = {
    "album": "comments date_created date_released engineer favorites id information listens producer tags title "
    "tracks type",
    "artist": "active_year_begin active_year_end associated_labels bio comments date_created favorites id latitude "
    "location longitude members name related_projects tags website wikipedia_page",
    "set": "split subset",
    "track": "bit_rate comments composer date_created date_recorded duration favorites genre_top genres genres_all "
    "information interest language_code license listens lyricist number publisher tags title",
}
HEADER = [(level, column) for level, columns in COLUMNS.items() for column in columns.split()]
LICENCES = (
    "Attribution-NonCommercial-NoDerivatives (aka Music Sharing) 3.0 International",
    "Attribution-Noncommercial-Share Alike 3.0 United States",
    "Attribution-NonCommercial-ShareAlike 3.0 International",
    "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
    "Attribution",
)
# An album of the real table that stands for "none".
NO_ALBUM = {"comments": -1, "favorites": -1, "id": -1, "listens": -1, "tags": "[]", "tracks": -1}


@dataclass(frozen=True)
class Size:
    tracks: int = 106_574
    artists: int = 16_341
    albums: int = 14_854


@dataclass(frozen=True)
class Genre:
    id: int
    tracks: str
    parent: int
    title: str
    top_level: int


def generate(
    folder: Path, *, size: Size = Size(), genres_file: Path | None = None, features: bool = False, seed: int = 1
) -> Path:
    """Writes `folder`/fma_metadata and returns `folder`; does nothing where it was written with these arguments."""
    made = {"size": asdict(size), "genres": str(genres_file or ""), "features": features, "seed": seed, "layout": 1}
    note = folder / "dataset.json"
    if note.exists() and json.loads(note.read_text()) == made:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    metadata = folder / "fma_metadata"
    metadata.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    prose = Prose(rng)
    genres = read_genres(genres_file) if genres_file else invent_genres(rng, prose)
    write_genres(metadata / "genres.csv", genres)
    ids = np.sort(rng.choice(np.arange(2, 2 + int(size.tracks * 1.46)), size=size.tracks, replace=False))
    top_levels = Tracks(rng, prose, genres, size).write(metadata / "tracks.csv", ids)
    if features:
        write_features(metadata / "features.csv", rng, ids, top_levels)
    note.write_text(json.dumps(made))
    return folder


def read_genres(path: Path) -> list[Genre]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Genre(int(row["genre_id"]), row["#tracks"], int(row["parent"]), row["title"], int(row["top_level"]))
            for row in csv.DictReader(file)
        ]


def invent_genres(rng: np.random.Generator, prose: Prose) -> list[Genre]:
    """As many as FMA has, in as many trees: 163 and 16, up to three levels deep."""
    genres = [Genre(number, "0", 0, f"{prose.title(1)} {number}", number) for number in range(1, 17)]
    for number in range(17, 164):
        parent = genres[int(rng.integers(0, min(len(genres), 60)))]
        genres.append(Genre(number, "0", parent.id, f"{prose.title(2)} {number}", parent.top_level))
    return genres


def write_genres(path: Path, genres: list[Genre]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["genre_id", "#tracks", "parent", "title", "top_level"])
        writer.writerows([genre.id, genre.tracks, genre.parent, genre.title, genre.top_level] for genre in genres)


class Tracks:
    """Artists and albums with their cells, and who plays on what."""

    def __init__(self, rng: np.random.Generator, prose: Prose, genres: list[Genre], size: Size) -> None:
        self.rng, self.prose, self.size = rng, prose, size
        self.genres = {genre.id: genre for genre in genres}
        self.trees: dict[int, list[int]] = {}
        for genre in genres:
            self.trees.setdefault(genre.top_level, []).append(genre.id)
        artist_ids = rng.choice(np.arange(1, int(size.artists * 1.5) + 1), size=size.artists, replace=False)
        album_ids = rng.choice(np.arange(1, int(size.albums * 1.55) + 1), size=size.albums, replace=False)
        self.artists = [self._artist(int(number)) for number in artist_ids]
        self.albums = [self._album(int(number)) for number in album_ids]
        popularity = np.sort(rng.pareto(1.2, size=len(self.trees)) + 0.3)[::-1]
        self.album_tops = rng.choice(list(self.trees), size=size.albums, p=popularity / popularity.sum())

    def write(self, path: Path, ids: np.ndarray) -> list[int]:
        """One row a track; returns each track's top-level genre."""
        album_of, artist_of = self._places()
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["", *(level for level, _ in HEADER)])
            writer.writerow(["", *(column for _, column in HEADER)])
            writer.writerow(["track_id", *("" for _ in HEADER)])
            for number, album, artist in zip(ids.tolist(), album_of.tolist(), artist_of.tolist(), strict=True):
                writer.writerow([number, *self._row(album, artist)])
        return [int(self.album_tops[album]) for album in album_of]

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Album and artist of each track: every album has its owner's track, every other artist plays as a guest."""
        rng, size = self.rng, self.size
        owners = rng.integers(0, int(size.artists * 0.67), size=size.albums)
        extra = rng.choice(size.albums, size=size.tracks - size.albums, p=_shares(rng, size.albums))
        album_of = np.concatenate([np.arange(size.albums), extra])
        artist_of = owners[album_of]
        guests = np.setdiff1d(np.arange(size.artists), owners)
        artist_of[size.albums + rng.choice(len(extra), size=len(guests), replace=False)] = guests
        order = np.argsort(album_of, kind="stable")
        return album_of[order], artist_of[order]

    def _row(self, album: int, artist: int) -> list[object]:
        without_album = self.rng.random() < 0.01 and self.albums[album]["taken"]
        cells = {
            "album": NO_ALBUM if without_album else self.albums[album],
            "artist": self.artists[artist],
            "set": {"split": "training", "subset": "large"},
            "track": self._track(int(self.album_tops[album])),
        }
        self.albums[album]["taken"] = True
        return [cells[level].get(column, "") for level, column in HEADER]

    def _artist(self, number: int) -> dict[str, object]:
        some = self._some
        return {
            "active_year_begin": some(0.2, lambda: f"{self._year(1960)}-01-01 00:00:00"),
            "bio": some(0.67, lambda: self.prose.html(230)),
            "comments": 0,
            "date_created": self._moment(),
            "favorites": self._tail(3),
            "id": number,
            "location": some(0.66, lambda: self.prose.title(3)),
            "members": some(0.44, lambda: self.prose.title(12)),
            "name": self.prose.title(4),
            "tags": repr(self.prose.tags()),
            "website": some(0.74, lambda: f"http://www.{self.prose.words(1)[0]}.example/{number}"),
        }

    def _album(self, number: int) -> dict[str, object]:
        some = self._some
        return {
            "taken": False,
            "comments": 0,
            "date_created": self._moment(),
            "date_released": some(0.66, lambda: f"{self._year(1995)}-05-01 00:00:00"),
            "engineer": some(0.14, lambda: self.prose.title(3)),
            "favorites": self._tail(3),
            "id": number,
            "information": some(0.78, lambda: self.prose.html(200)),
            "listens": self._tail(5_000),
            "producer": some(0.17, lambda: self.prose.title(3)),
            "tags": repr(self.prose.tags()) if self.rng.random() < 0.2 else "[]",
            "title": self.prose.title(6),
            "tracks": 7,
            "type": some(0.94, lambda: "Album"),
        }

    def _track(self, top: int) -> dict[str, object]:
        own, every = self._genres(top)
        tops = {self.genres[genre].top_level for genre in own}
        some, rng = self._some, self.rng
        return {
            "bit_rate": 256_000,
            "comments": 0,
            "composer": some(0.035, lambda: self.prose.title(3)),
            "date_created": self._moment(),
            "date_recorded": some(0.06, lambda: f"{self._year(1990)}-11-26 00:00:00"),
            "duration": 30 + int(rng.exponential(240)),
            "favorites": self._tail(3),
            "genre_top": self.genres[top].title if len(tops) == 1 else "",
            "genres": repr(own),
            "genres_all": repr(every),
            "information": some(0.02, lambda: self.prose.html(60)),
            "interest": self._tail(2_000),
            "language_code": some(0.14, lambda: "en"),
            "license": LICENCES[int(rng.integers(0, len(LICENCES)))],
            "listens": self._tail(900),
            "number": int(rng.integers(0, 21)),
            "tags": repr(self.prose.tags()) if rng.random() < 0.2 else "[]",
            "title": self.prose.title(6),
        }

    def _genres(self, top: int) -> tuple[list[int], list[int]]:
        """A track's own genres, half the time with one of another tree, and those with all their parents."""
        tree = self.trees[top]
        own = {tree[int(place)] for place in self.rng.integers(0, len(tree), size=int(self.rng.integers(1, 4)))}
        if self.rng.random() < 0.5:
            every_id = list(self.genres)
            own.add(every_id[int(self.rng.integers(0, len(every_id)))])
        every = set(own)
        for genre in own:
            while genre := self.genres[genre].parent:
                every.add(genre)
        return sorted(own), sorted(every)

    def _some(self, share: float, text) -> str:
        return text() if self.rng.random() < share else ""

    def _tail(self, typical: int) -> int:
        return int(typical * self.rng.pareto(1.5))

    def _year(self, since: int) -> int:
        return int(self.rng.integers(since, 2017))

    def _moment(self) -> str:
        month, day, second = self.rng.integers((1, 1, 0), (13, 29, 60)).tolist()
        return f"{2008 + second % 9}-{month:02d}-{day:02d} 01:44:{second:02d}"


def _shares(rng: np.random.Generator, count: int) -> np.ndarray:
    weights = rng.pareto(3, size=count) + 0.5
    return weights / weights.sum()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--genres", type=Path, help="a genres.csv to use; else 163 genres are invented")
    parser.add_argument("--features", action="store_true", help="write features.csv too (about 0.9 GB)")
    parser.add_argument("--tracks", type=int, default=Size.tracks, help="artists and albums shrink in proportion")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def sized(tracks: int) -> Size:
    share = tracks / Size.tracks
    return Size(tracks, max(1, round(Size.artists * share)), max(1, round(Size.albums * share)))


if __name__ == "__main__":
    args = arguments()
    generate(args.folder, size=sized(args.tracks), genres_file=args.genres, features=args.features, seed=args.seed)
