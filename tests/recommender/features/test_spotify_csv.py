"""CSV files of Spotify's features, as they go round and as they should not."""

import csv

import numpy as np
import pytest

from recommender.features.spotify_csv import FEATURES, SpotifyImport
from recommender.features.store import feature_store
from recommender.models import TrackFeatures
from streaming.imports.failure import ImportFailed
from streaming.imports.report import Report
from streaming.models import Artist, Track

pytestmark = pytest.mark.django_db

# Of ../shared/data/spotify, and of two that go round on Kaggle.
POPULAR = (
    "song_name,song_popularity,song_duration_ms,acousticness,song_danceability,energy,instrumentalness,key,liveness,"
    "loudness,audio_mode,speechiness,tempo,time_signature,audio_valence"
)
TRACKS = (
    ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,loudness,mode,"
    "speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre"
)
YEARS = (
    "valence,year,acousticness,artists,danceability,duration_ms,energy,explicit,id,instrumentalness,key,liveness,"
    "loudness,mode,name,popularity,release_date,speechiness,tempo"
)
SONG = {
    "title": "Food",
    "artist": "AWOL",
    "duration_ms": "168000",
    "acousticness": "0.5",
    "danceability": "0.25",
    "energy": "1",
    "instrumentalness": "2.94E-05",
    "liveness": "0.0589",
    "speechiness": "0",
    "tempo": "167.06",
    "valence": "0.474",
}
VECTOR = np.array([0.5, 0.25, 1, 2.94e-05, 0.0589, 0, 167.06, 0.474], dtype=np.float32)


@pytest.fixture
def food() -> Track:
    return Track.objects.create(title="Food", artist=Artist.objects.create(name="AWOL"), duration_ms=168_000)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "songs.csv"


def write(path, *songs: dict, header: str = POPULAR) -> None:
    """Each song's cells by our names; what is not named is as in SONG, and other columns hold 1."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        for song in songs:
            cells = SONG | song
            writer.writerow([cells.get(ours(name), "1") for name in header.split(",")])


def ours(name: str) -> str:
    plain = name.removeprefix("song_").removeprefix("audio_").removeprefix("track_")
    return {"name": "title", "artists": "artist"}.get(plain, plain)


def run(path, **options) -> tuple[Report, SpotifyImport]:
    with Report("import-spotify") as report:
        songs = SpotifyImport(path, report, **options)
        songs.run()
    return report, songs


def vectors() -> dict[str, np.ndarray]:
    """By the titles of the tracks."""
    found = feature_store().get("echonest", Track.objects.values_list("pk", flat=True))
    return {Track.objects.get(pk=pk).title: vector for pk, vector in found.items()}


def test_features_in_the_order_of_the_family():
    assert (
        *("acousticness", "danceability", "energy", "instrumentalness"),
        *("liveness", "speechiness", "tempo", "valence"),
    ) == FEATURES


@pytest.mark.parametrize(
    "header", [POPULAR, TRACKS, YEARS, YEARS.upper()], ids=["popular", "tracks", "years", "capitals"]
)
def test_each_form(path, food, header):
    write(path, {}, header=header.lower())
    path.write_text(path.read_text().replace(header.lower(), header))
    report, _ = run(path)
    np.testing.assert_array_equal(vectors()["Food"], VECTOR)
    assert report.counts == {"songs that the catalogue has": 1, "tracks with features of Spotify": 1}


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Ada", "Ada"),
        ("Ada;Grace", "Ada"),
        ("['Ada']", "Ada"),
        ("['Ada', 'Grace']", "Ada"),
        ('["Guns N\' Roses"]', "Guns N' Roses"),
        ("Earth, Wind & Fire", "Earth, Wind & Fire"),
        ("[unknown]", "[unknown]"),
        ("[]", "Unknown artist"),
        ("", "Unknown artist"),
    ],
)
def test_artists(path, cell, name):
    write(path, {"artist": cell}, header=TRACKS)
    run(path)
    assert Track.objects.get().artist.name == name


def test_song_that_the_catalogue_does_not_have(path, food):
    write(path, {"title": "Yesterday"}, {})
    report, _ = run(path)
    added = Track.objects.get(title="Yesterday")
    assert (added.artist.name, added.duration_ms, added.audio_state) == ("Unknown artist", 168_000, "absent")
    np.testing.assert_array_equal(vectors()["Yesterday"], VECTOR)
    assert report.counts["songs added without audio"] == 1


def test_match_only(path, food):
    write(path, {"title": "Yesterday"}, {})
    report, _ = run(path, match_only=True)
    assert list(vectors()) == ["Food"]
    assert Track.objects.count() == 1
    assert report.counts["songs left out, which the catalogue does not have"] == 1


@pytest.mark.parametrize("batch_size", [1, 2, 2_000])
def test_same_file_twice_changes_nothing(path, food, batch_size):
    write(path, {}, *({"title": f"Song {number}", "energy": f"0.{number}"} for number in range(1, 6)))
    first, _ = run(path, batch_size=batch_size)
    before = list(TrackFeatures.objects.order_by("pk").values()), list(Track.objects.order_by("pk").values())
    again, _ = run(path, batch_size=batch_size)
    assert (list(TrackFeatures.objects.order_by("pk").values()), list(Track.objects.order_by("pk").values())) == before
    assert (first.counts["songs added without audio"], again.counts["songs added without audio"]) == (5, 0)
    assert again.counts["songs that a list added before"] == 5


def test_features_that_changed_replace_the_old(path, food):
    write(path, {})
    run(path)
    write(path, {"energy": "0.5"})
    run(path)
    assert vectors()["Food"][2] == 0.5


def test_repeated_rows_are_told_apart(path):
    write(
        path,
        {"title": "Hello"},
        {"title": "Hello", "popularity": "7"},
        {"title": "Hello"},
        {"title": "HELLO", "energy": "0.5"},
        {"title": "Hello", "popularity": "7"},
        {"title": "Hello", "duration_ms": "168001"},
    )
    report, songs = run(path)
    assert songs.examples == {
        "rows that repeat another exactly": ["line 4 as line 2, 'Hello'", "line 6 as line 3, 'Hello'"],
        "rows that repeat a song with the same features": ["line 3 as line 2, 'Hello'"],
        "rows that give a song other features than its first row, which counts": ["line 5 as line 2, 'HELLO'"],
    }
    assert report.counts["rows that repeat another exactly"] == 2
    assert report.counts["songs added without audio"] == 2
    assert {vector[2] for vector in vectors().values()} == {1.0}


def test_two_songs_of_one_track(path, food):
    """Two editions of a song, of which the catalogue has one: the first row counts, whatever the batches."""
    write(path, {"energy": "0.5"}, {"duration_ms": "168500"}, header=TRACKS)
    _, songs = run(path, batch_size=1)
    assert vectors()["Food"][2] == 0.5
    assert songs.examples == {
        "rows of a track of the catalogue that another row describes": ["line 3 as line 2, 'Food'"]
    }


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("danceability", "7", "column song_danceability: '7' is not from 0 to 1"),
        ("tempo", "-1", "column tempo: '-1' is not from 0 to 500"),
        ("tempo", "nan", "column tempo: 'nan' is not from 0 to 500"),
        ("valence", "inf", "column audio_valence: 'inf' is not from 0 to 1"),
        ("energy", "loud", "column energy: 'loud' is not a number"),
        ("energy", "", "column energy: '' is not a number"),
        ("energy", "0_1", "column energy: '0_1' is not a number"),
        ("duration_ms", "0", "column song_duration_ms: '0' is not from 1 to"),
        ("duration_ms", "1e99", "column song_duration_ms: '1e99' is not from 1 to"),
        ("title", " ", "column song_name: the cell is empty: a text is needed"),
        ("title", "a\0b", "column song_name: 'a\\x00b' has a NUL character"),
    ],
)
def test_bad_row_is_named_and_skipped(path, food, column, cell, reason):
    write(path, {column: cell}, {})
    report, _ = run(path)
    assert report.counts["rows skipped"] == report.problems == 1
    assert report.first[0].startswith("songs.csv, line 2") and reason in report.first[0]
    assert list(vectors()) == ["Food"]


def test_row_that_is_too_short_or_not_utf_8(path, food):
    write(path, {})
    path.write_bytes(path.read_bytes() + b"Food,1\r\n" + path.read_bytes().splitlines()[1].replace(b"Food", b"F\xfc"))
    report, _ = run(path)
    assert [line.partition(": ")[0] for line in report.first] == ["songs.csv, line 3", "songs.csv, line 4"]
    assert "2 cells instead of 15" in report.first[0] and "is not UTF-8" in report.first[1]
    assert list(vectors()) == ["Food"]


def test_title_longer_than_its_field(path):
    write(path, {"title": "x" * 1001})
    report, _ = run(path)
    assert Track.objects.get().title == "x" * 1000
    assert "is cut to 1,000 characters" in report.first[0]


@pytest.mark.parametrize("name", ["song_name", "song_duration_ms", "song_danceability", "tempo", "audio_valence"])
def test_column_that_is_missing(path, name):
    write(path, {}, header=POPULAR.replace(name, "other"))
    with pytest.raises(ImportFailed, match=f"it has no column .*{name}.*Its first line has: '.*other"):
        run(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xfes\0o\0",
        b'"' + b"x" * 1_100_000,
        POPULAR.replace(",", ";").encode(),
    ],
    ids=["empty", "blank", "picture", "utf-16", "endless", "semicolons"],
)
def test_file_that_is_no_such_csv(path, content):
    path.write_bytes(content)
    with pytest.raises(ImportFailed, match="(is no CSV of Spotify's features|does not begin as a CSV does)") as failed:
        run(path)
    assert str(failed.value).isascii()


def test_file_that_is_not_there(path):
    with pytest.raises(ImportFailed, match="songs.csv is not a file"):
        run(path)


def test_file_with_a_byte_order_mark(path, food):
    write(path, {})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    run(path)
    assert list(vectors()) == ["Food"]
