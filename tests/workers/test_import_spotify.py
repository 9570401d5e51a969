"""The command, on the real file of Spotify's features and on what is none."""

import pytest
from django.core.management import CommandError, call_command

from recommender.features.store import feature_store
from streaming.models import Track
from tests.recommender.features import test_spotify_csv as spotify_csv

pytestmark = pytest.mark.django_db

# As published beside the file: of 18,835 rows, 3,909 are exact duplicates.
ROWS, DUPLICATES = 18_835, 3_909


def count(out: str, phrase: str) -> int:
    line = next(line for line in out.splitlines() if line.startswith(f"{phrase}: "))
    return int(line.rpartition(" ")[2].replace(",", ""))


def test_real_file(shared_data, capsys):
    path = shared_data / "spotify" / "song_data.csv"
    call_command("import_spotify", path)
    out = capsys.readouterr().out
    assert count(out, "rows that repeat another exactly") == DUPLICATES
    assert "line 175 as line 11, 'Sex on Fire'" in out
    songs = count(out, "songs added without audio")
    others = count(out, "rows that repeat a song with the same features")
    others += count(out, "rows that give a song other features than its first row, which counts")
    assert songs + others == ROWS - DUPLICATES
    assert Track.objects.count() == feature_store().count("echonest") == songs
    assert "problems" not in out
    # Its first row, and the order of the family.
    boulevard = Track.objects.get(title="Boulevard of Broken Dreams", duration_ms=262_333)
    expected = [0.00552, 0.496, 0.682, 2.94e-05, 0.0589, 0.0294, 167.06, 0.474]
    assert feature_store().get("echonest", [boulevard.pk])[boulevard.pk].tolist() == pytest.approx(expected)


def test_match_only_and_what_was_skipped(tmp_path, track, capsys):
    path = tmp_path / "songs.csv"
    here = {"title": track.title, "duration_ms": str(track.duration_ms)}
    spotify_csv.write(path, here, {"title": "Yesterday"}, {"title": "Loud", "energy": "11"})
    call_command("import_spotify", path, match_only=True)
    out = capsys.readouterr().out
    assert count(out, "songs that the catalogue has") == 1
    assert count(out, "songs left out, which the catalogue does not have") == 1
    assert "songs.csv, line 4, column energy: '11' is not from 0 to 1 (row skipped)" in out
    assert Track.objects.get() == track


def test_file_without_songs(tmp_path, capsys):
    spotify_csv.write(tmp_path / "songs.csv")
    call_command("import_spotify", tmp_path / "songs.csv")
    assert "No songs in" in capsys.readouterr().out


def test_file_that_is_none(tmp_path):
    with pytest.raises(CommandError, match="is not a file. Give a CSV of songs"):
        call_command("import_spotify", tmp_path)


def test_store_that_is_not_there(tmp_path, settings):
    settings.FEATURE_STORE_URL = "mongodb://127.0.0.1:9/features?serverSelectionTimeoutMS=100"
    spotify_csv.write(tmp_path / "songs.csv", {})
    with pytest.raises(CommandError, match="mongodb://127.0.0.1:9/features"):
        call_command("import_spotify", tmp_path / "songs.csv")
    # What the catalogue was given stays, and the next import adds nothing twice.
    assert Track.objects.count() == 1
    settings.FEATURE_STORE_URL = "embedded:"
    call_command("import_spotify", tmp_path / "songs.csv")
    assert Track.objects.count() == feature_store().count("echonest") == 1
