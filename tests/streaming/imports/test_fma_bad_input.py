"""What is wrong with a data set is named, and what is right is imported."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from streaming.models import Genre, Track, TrackGenre
from tests.streaming.imports.catalogue import without_keys
from tests.streaming.imports.conftest import COLUMNS, GENRES

pytestmark = pytest.mark.django_db

# Three header rows; AWOL's biography runs over three lines, so that its row is lines 4 to 6.
FIRST_LINE = 4


def titles() -> list[str]:
    return list(Track.objects.order_by("fma_id").values_list("title", flat=True))


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="nowhere is not a folder"):
        call_command("import_fma", tmp_path / "nowhere")


def test_folder_without_metadata_lists_what_it_has(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(CommandError, match=r"has no fma_metadata in it\. It holds: .*holiday\.jpg"):
        call_command("import_fma", tmp_path)


def test_metadata_folder_itself_is_told_from_the_one_above(data_set):
    with pytest.raises(CommandError, match=re.escape(f"Did you mean {data_set.folder}?")):
        call_command("import_fma", data_set.metadata)


def test_missing_file(data_set):
    (data_set.metadata / "genres.csv").unlink()
    with pytest.raises(CommandError, match=r"has no genres\.csv\. It holds: tracks\.csv"):
        call_command("import_fma", data_set.folder)


def test_missing_column(data_set):
    columns = [column for column in COLUMNS if column not in {("track", "title"), ("album", "id")}]
    data_set.write_tracks({"track_id": 2}, columns=columns)
    with pytest.raises(CommandError, match=r"lacks album/id, track/title\. It has: .*track/genre_top"):
        call_command("import_fma", data_set.folder)
    assert not Genre.objects.exists()


def test_missing_column_of_genres(data_set):
    data_set.write_genres([("genre_id", "title"), (12, "Rock")])
    with pytest.raises(CommandError, match=r"genres\.csv lacks parent\. It has: genre_id, title"):
        call_command("import_fma", data_set.folder)


@pytest.mark.parametrize("text", ["", "track_id,title\n2,Food\n", "a,b\nc,d\n2,Food\n"])
def test_header_that_is_not_that_of_fma(data_set, text):
    data_set.tracks_csv.write_text(text)
    with pytest.raises(CommandError, match="should begin with FMA's three header rows"):
        call_command("import_fma", data_set.folder)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (("track", "duration"), "2:48", "'2:48' is not a whole number"),
        (("track", "duration"), "99999999", "'99999999' is larger than 2,147,482"),
        (("track", "listens"), "-7", "'-7' is not a whole number"),
        (("track", "listens"), "1_000", "'1_000' is not a whole number"),
        (("track", "bit_rate"), "99999999999", "'99999999999' is larger than 2,147,483,647"),
        (("track", "genres"), "[21, x]", r"'[21, x]' is not a list of whole numbers such as [21, 45]"),
        (("track", "genres"), "['21']", r"""["'21'"]"""),
        (("track", "genres"), "__import__('os').abort()", "is not a list of whole numbers"),
        (("track", "tags"), "rock", "'rock' is not a list of texts"),
        (("track", "date_recorded"), "1999-02-30", "'1999-02-30' is not a date"),
        (("album", "date_released"), "May", "'May' is not a date"),
        (("album", "id"), "one", "'one' is not a whole number"),
        (("artist", "id"), "-1", "'-1' is not an id"),
        (("artist", "name"), "", "the cell is empty: a text is needed"),
    ],
)
def test_row_that_does_not_parse(data_set, capsys, column, value, reason):
    data_set.write_tracks(
        {"track_id": 1, ("track", "title"): "Before", ("artist", "id"): 7, ("album", "id"): 7},
        {"track_id": 2, column: value},
        {"track_id": 3, ("track", "title"): "After"},
    )
    call_command("import_fma", data_set.folder)
    out = capsys.readouterr().out
    assert titles() == ["Before", "After"]
    assert f"tracks.csv, line {FIRST_LINE + 3}, column {'/'.join(column)}: " in out
    assert reason.strip('[]"') in out
    assert "rows skipped: 1" in out


def test_track_id_that_is_none_or_comes_twice(data_set, capsys):
    data_set.write_tracks({"track_id": "x"}, {"track_id": 2}, {"track_id": 2, ("track", "title"): "Again"})
    call_command("import_fma", data_set.folder)
    assert titles() == ["Food"]
    out = capsys.readouterr().out
    assert "line 4, column track_id: 'x' is not a whole number" in out
    assert "line 10, column track_id: '2' stands in an earlier row too" in out


def test_row_of_another_length(data_set, capsys):
    with data_set.tracks_csv.open("a") as file:
        file.write("3,too,short\n")
    call_command("import_fma", data_set.folder)
    assert len(titles()) == 2
    assert "3 cells instead of 53; the first is '3'" in capsys.readouterr().out


def test_bytes_that_are_not_utf_8(data_set, capsys):
    text = data_set.tracks_csv.read_bytes()
    data_set.tracks_csv.write_bytes(text.replace("Björk".encode(), "Björk".encode("latin-1")))
    call_command("import_fma", data_set.folder)
    assert titles() == ["Food"]
    out = capsys.readouterr().out
    assert r"line 7: column artist/name: 'Lightning Bolt & Bj\udcf6rk' is not UTF-8" in out


def test_nul_character(data_set, capsys):
    data_set.write_tracks({"track_id": 2, ("track", "title"): "Fo\0od"}, {"track_id": 3})
    call_command("import_fma", data_set.folder)
    assert (titles(), r"line 4: column track/title: 'Fo\x00od' has a NUL" in capsys.readouterr().out) == (
        ["Food"],
        True,
    )


def test_quote_that_is_never_closed(data_set, capsys):
    """It takes what is behind it, up to a bound; the rows after that are read again."""
    data_set.write_tracks(*({"track_id": number, ("artist", "bio"): ""} for number in range(1, 9)))
    lines = data_set.tracks_csv.read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace("New Jersey", '"New Jersey')
    padding = "x" * 1_000_001 + "\n"
    data_set.tracks_csv.write_text("".join([*lines[:5], padding, *lines[6:]]))
    call_command("import_fma", data_set.folder)
    assert set(Track.objects.values_list("fma_id", flat=True)) == {1, 4, 5, 6, 7, 8}
    assert (
        "tracks.csv, lines 5 to 6: field larger than field limit (1000000); is a quote not closed?"
        in capsys.readouterr().out
    )


def test_genre_that_genres_csv_lacks(data_set, capsys):
    data_set.write_tracks({"track_id": 2, ("track", "genres"): "[21, 999]", ("track", "genre_top"): "Polka"})
    call_command("import_fma", data_set.folder)
    out = capsys.readouterr().out
    assert "column track/genres: no genre 999 in genres.csv; left out" in out
    assert "column track/genre_top: no top-level genre 'Polka' in genres.csv; left out" in out
    assert list(Track.objects.get().genres.values_list("title", flat=True)) == ["Hip-Hop"]


@pytest.mark.parametrize(
    "rows",
    [
        [(31, 5, 999, "Metal", 12)],  # a parent that is not there
        [(31, 5, 45, "Metal", 12), (45, 1, 31, "Loud-Rock", 12)],  # each above the other
        [(31, 5, 31, "Metal", 12)],
    ],
)
def test_genre_under_no_root(data_set, capsys, rows):
    data_set.write_genres([GENRES[0], (21, 7, 0, "Hip-Hop", 21), *rows])
    call_command("import_fma", data_set.folder)
    metal = Genre.objects.get(fma_id=31)
    assert (metal.parent, metal.top_level) == (None, metal)
    assert "genre 31 cannot lie under" in capsys.readouterr().out


def test_text_longer_than_its_field(data_set, capsys):
    data_set.write_tracks({"track_id": 2, ("track", "title"): "x" * 1001})
    call_command("import_fma", data_set.folder)
    assert titles() == ["x" * 1000]
    assert "column track/title: " in (out := capsys.readouterr().out) and "is cut to 1,000 characters" in out


def test_many_problems_are_listed_in_a_file(data_set, state, capsys):
    data_set.write_tracks(*({"track_id": number, ("track", "listens"): "many"} for number in range(1, 31)))
    call_command("import_fma", data_set.folder)
    (path,) = (state / "reports").iterdir()
    lines = path.read_text().splitlines()
    assert len(lines) == 30
    assert lines[29] == "tracks.csv, line 91, column track/listens: 'many' is not a whole number (row skipped)"
    out = capsys.readouterr().out
    assert f"problems: 30, all listed in {path}" in out and "and 10 more" in out


def test_features_that_are_not_those_of_fma(data_set):
    (data_set.metadata / "features.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="The catalogue is imported, the features are not"):
        call_command("import_fma", data_set.folder)
    assert len(titles()) == 2


@pytest.mark.django_db(transaction=True)
def test_full_disk_keeps_what_was_saved_and_goes_on_later(data_set):
    """SQLite's own bound on a file's pages stands for the disk: it raises the same error."""
    if connection.vendor != "sqlite":
        pytest.skip("the bound is a pragma of SQLite")
    information = "long " * 2_000
    data_set.write_tracks(*({"track_id": n, ("track", "information"): information} for n in range(1, 201)))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 200}")
        with pytest.raises(CommandError, match="The disk is full. What was imported so far is kept"):
            call_command("import_fma", data_set.folder, "--batch-size", 23)
        kept = Track.objects.count()
        assert TrackGenre.objects.count() == kept
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert 0 < kept < 200 and kept % 23 == 0
    call_command("import_fma", data_set.folder, "--batch-size", 23)
    assert Track.objects.count() == 200
    assert len(without_keys()) == 200 + 200 + 4
