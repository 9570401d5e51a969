"""The catalogue after an import is what the tables say."""

import csv
import datetime

import pytest
from django.core.management import call_command

from streaming.models import Album, Artist, Genre, Track, TrackGenre
from tests.streaming.imports.catalogue import everything
from tests.streaming.imports.conftest import GENRES

pytestmark = pytest.mark.django_db


def test_track(data_set):
    call_command("import_fma", data_set.folder)
    food = Track.objects.get(fma_id=2)
    assert (food.title, food.number, food.duration_ms, food.bit_rate) == ("Food", 3, 168_000, 256_000)
    assert (food.listens, food.favorites, food.year, food.language_code) == (1293, 2, 2008, "en")
    assert food.license == "Attribution-NonCommercial-ShareAlike 3.0 International"
    assert food.license_url == "https://creativecommons.org/licenses/by-nc-sa/3.0/"
    assert (food.artist.name, food.album.title, food.genre_top.title) == ("AWOL", "AWOL - A Way Of Life", "Hip-Hop")


def test_artist_and_album(data_set):
    call_command("import_fma", data_set.folder)
    artist, album = Artist.objects.get(fma_id=1), Album.objects.get(fma_id=1)
    assert artist.bio == '<p>A Way Of Life, "A Collective"</p>\n\n<p>of Hip-Hop, from New Jersey</p>'
    assert (artist.active_year_begin, artist.active_year_end, artist.tags) == (2006, None, ["awol"])
    assert (album.artist, album.listens, album.type) == (artist, 6073, "Album")
    assert album.date_released == datetime.date(2009, 1, 5)


def test_track_on_no_album(data_set):
    call_command("import_fma", data_set.folder)
    side = Track.objects.get(fma_id=137)
    assert (side.album, side.genre_top, side.year, Album.objects.count()) == (None, None, None, 1)
    assert side.tags == ["rock n' roll", "80's"]


def test_year_of_the_album_where_the_recording_has_none(data_set):
    data_set.write_tracks({"track_id": 2, ("track", "date_recorded"): ""})
    call_command("import_fma", data_set.folder)
    assert Track.objects.get().year == 2009


def test_genres_and_their_hierarchy(data_set):
    call_command("import_fma", data_set.folder)
    loud = Genre.objects.get(fma_id=45)
    assert (loud.parent.title, loud.parent.parent.title, loud.top_level.title) == ("Metal", "Rock", "Rock")
    assert dict(Genre.objects.values_list("title", "track_count")) == {
        "Hip-Hop": 2,
        "Rock": 1,
        "Metal": 1,
        "Loud-Rock": 1,
    }
    listens = TrackGenre.objects.filter(track__fma_id=137).values_list("genre__title", "listens")
    assert dict(listens) == {"Rock": 7, "Metal": 7, "Loud-Rock": 7, "Hip-Hop": 7}


def test_album_of_several_artists_is_its_first_artist(data_set):
    data_set.write_tracks(
        {"track_id": 2}, {"track_id": 3, ("artist", "id"): 5, ("artist", "name"): "Guest"}, {"track_id": 4}
    )
    call_command("import_fma", data_set.folder)
    assert Album.objects.get().artist.name == "AWOL"
    assert Track.objects.get(fma_id=3).artist.name == "Guest"


def test_same_import_twice_changes_nothing(data_set, capsys):
    data_set.write_audio("fma_small", 2)
    call_command("import_fma", data_set.folder)
    before = everything()
    capsys.readouterr()
    call_command("import_fma", data_set.folder)
    assert everything() == before
    assert "tracks unchanged: 2" in capsys.readouterr().out


def test_newer_tables_update_the_catalogue(data_set):
    call_command("import_fma", data_set.folder)
    food = Track.objects.get(fma_id=2)
    data_set.write_tracks(
        {
            "track_id": 2,
            ("artist", "name"): "A.W.O.L.",
            ("track", "listens"): 2000,
            ("track", "genres"): "[12]",
            ("track", "genres_all"): "[12]",
            ("track", "genre_top"): "Rock",
        }
    )
    call_command("import_fma", data_set.folder)
    after = Track.objects.get(fma_id=2)
    assert (after.pk, after.artist.name, after.listens) == (food.pk, "A.W.O.L.", 2000)
    assert list(TrackGenre.objects.filter(track=after).values_list("genre__title", "listens")) == [("Rock", 2000)]
    assert Genre.objects.get(title="Hip-Hop").track_count == 1  # track 137 is no longer named, and stays
    assert Genre.objects.get(title="Rock").track_count == 2


def test_genre_of_own_files_becomes_the_one_of_fma(data_set):
    own = Genre.objects.create(title="hip-hop")
    call_command("import_fma", data_set.folder)
    own.refresh_from_db()
    assert (own.fma_id, own.title) == (21, "Hip-Hop")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_batches(data_set, size):
    data_set.write_tracks(*({"track_id": number, ("track", "title"): f"No {number}"} for number in range(1, 8)))
    call_command("import_fma", data_set.folder, "--batch-size", size)
    assert list(Track.objects.order_by("fma_id").values_list("title", flat=True)) == [f"No {n}" for n in range(1, 8)]
    assert (Artist.objects.count(), Album.objects.count()) == (1, 1)


def test_real_genre_table(data_set, shared_data):
    """FMA's own column `top_level` is the oracle of ours, which follows from the parents."""
    lines = (shared_data / "fma" / "genres.csv").read_text(encoding="utf-8").splitlines()
    (data_set.metadata / "genres.csv").write_text("\n".join(lines), encoding="utf-8")
    call_command("import_fma", data_set.folder)
    expected = {int(line.split(",")[0]): int(line.split(",")[-1]) for line in lines[1:]}
    assert len(expected) == 163
    assert dict(Genre.objects.values_list("fma_id", "top_level__fma_id")) == expected


def test_real_rows(data_set, shared_data):
    data_set.write_genres([*GENRES[:1], *_real_genres(shared_data)])
    with (shared_data / "fma" / "tracks_flat_sample.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    data_set.write_tracks(
        *(
            {"track_id": row["track_id"]} | {("track", name): cell for name, cell in row.items() if name != "track_id"}
            for row in rows
        )
    )
    call_command("import_fma", data_set.folder)
    assert Track.objects.count() == len(rows) == 2500
    tracks = Track.objects.in_bulk(field_name="fma_id")
    for row in rows:
        track = tracks[int(row["track_id"])]
        assert (track.title, track.duration_ms) == (row["title"].strip(), int(row["duration"]) * 1000)
        assert (track.genre_top_id is None) == (row["genre_top"] == "")


def _real_genres(shared_data):
    with (shared_data / "fma" / "genres.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
