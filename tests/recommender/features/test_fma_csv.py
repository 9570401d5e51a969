"""FMA's features.csv: three header rows, a row that names the id, then 518 values a track."""

import csv
from pathlib import Path

import numpy as np
import pytest

from recommender.features.columns import FMA_COLUMNS
from recommender.features.csv_table import BLOCK_BYTES
from recommender.features.fma_csv import import_features
from recommender.features.store import feature_store
from streaming.models import Track

HEADER = [
    ["feature", *(feature for feature, _, _ in FMA_COLUMNS)],
    ["statistics", *(statistic for _, statistic, _ in FMA_COLUMNS)],
    ["number", *(number for _, _, number in FMA_COLUMNS)],
    ["track_id", *([""] * 518)],
]


def write(path: Path, rows: list[list], header: list[list] = HEADER) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*header, *rows])
    return path


def row(fma_id: int) -> list:
    """Values that tell track and column: those of FMA's track 2 are 2.000, 2.001, 2.002, …"""
    return [fma_id, *(f"{fma_id + column / 1000:.10e}" for column in range(518))]


def values(fma_id: int) -> np.ndarray:
    return (fma_id + np.arange(518) / 1000).astype(np.float32)


@pytest.fixture
def tracks(artist) -> dict[int, int]:
    """FMA id: our id, for 2, 3, 5 and 10."""
    return {
        fma_id: Track.objects.create(title=f"{fma_id}", artist=artist, fma_id=fma_id).pk for fma_id in (2, 3, 5, 10)
    }


@pytest.fixture
def reported() -> list[tuple[int, str, str]]:
    return []


@pytest.fixture
def report(reported):
    return lambda line, column, value: reported.append((line, column, value))


def test_vectors_by_fma_id_and_unknown_ids_passed_over(tmp_path, tracks, reported, report):
    path = write(tmp_path / "features.csv", [row(2), row(5), row(7), row(10)])
    assert import_features(path, report=report) == 3
    found = feature_store().get("fma", tracks.values())
    assert sorted(found) == sorted(tracks[fma_id] for fma_id in (2, 5, 10))
    for fma_id in (2, 5, 10):
        np.testing.assert_array_equal(found[tracks[fma_id]], values(fma_id))
    assert reported == []


def test_twice_is_as_once(tmp_path, tracks):
    path = write(tmp_path / "features.csv", [row(2), row(3)])
    import_features(path)
    since = max(feature.updated_at for feature in Track.objects.get(fma_id=3).features.all())
    assert import_features(path) == 2
    assert Track.objects.get(fma_id=3).features.get().updated_at == since
    assert feature_store().count("fma") == 2


@pytest.mark.parametrize("bad", ["loud", "", "nan", "inf", "-inf", "1e99"])
def test_a_value_that_is_no_finite_number(tmp_path, tracks, reported, report, bad):
    broken = row(3)
    broken[1 + FMA_COLUMNS.index(("mfcc", "mean", "07"))] = bad
    path = write(tmp_path / "features.csv", [row(2), broken, row(5)])
    assert import_features(path, report=report) == 2
    assert reported == [(6, "mfcc/mean/07", bad)]
    assert sorted(feature_store().get("fma", tracks.values())) == [tracks[2], tracks[5]]


@pytest.mark.parametrize(
    ("bad", "column", "value"),
    [
        (["two", *row(2)[1:]], "track_id", "two"),
        (["", *row(2)[1:]], "track_id", ""),
        (["-2", *row(2)[1:]], "track_id", "-2"),
        (row(2)[:100], "number of columns", "100 instead of 519"),
        ([*row(2), "1"], "number of columns", "520 instead of 519"),
    ],
)
def test_a_row_of_another_form(tmp_path, tracks, reported, report, bad, column, value):
    path = write(tmp_path / "features.csv", [row(3), bad, row(5)])
    assert import_features(path, report=report) == 2
    assert reported == [(6, column, value)]


def test_lines_are_counted_over_blocks_and_empty_lines(tmp_path, tracks, reported, report):
    """More rows of unknown tracks than one block holds, then a bad one, and no newline at the end."""
    filler = ",".join(map(str, row(1_000_000))) + "\n"
    count = BLOCK_BYTES // len(filler) + 10
    path = write(tmp_path / "features.csv", [])
    with path.open("a") as file:
        file.write(filler * count + "\n" + "3" + ",x" * 518 + "\n" + ",".join(map(str, row(5))))
    assert import_features(path, report=report) == 1
    assert reported == [(4 + count + 2, "/".join(FMA_COLUMNS[0]), "x")]
    np.testing.assert_array_equal(feature_store().get("fma", [tracks[5]])[tracks[5]], values(5))


def test_columns_in_another_order_and_others_among_them(tmp_path, tracks):
    def shuffled(line: list, extra: str) -> list:
        return [line[0], *reversed(line[1:]), extra]

    header = [shuffled(line, extra) for line, extra in zip(HEADER, ("tempo", "mean", "01", ""), strict=True)]
    path = write(tmp_path / "features.csv", [shuffled(row(2), "fast")], header)
    assert import_features(path) == 1
    np.testing.assert_array_equal(feature_store().get("fma", [tracks[2]])[tracks[2]], values(2))


def test_missing_columns(tmp_path, tracks):
    header = [line[:-1] for line in HEADER]
    with pytest.raises(ValueError, match="features.csv: 1 columns are missing, the first is zcr/std/01"):
        import_features(write(tmp_path / "features.csv", [row(2)[:-1]], header))


@pytest.mark.parametrize("header", [[], HEADER[:3], [["a", "b"]] * 10])
def test_another_file(tmp_path, tracks, header):
    with pytest.raises(ValueError, match="line 4 should start with 'track_id'"):
        import_features(write(tmp_path / "features.csv", [], header))


def test_no_file(tmp_path, tracks):
    with pytest.raises(FileNotFoundError):
        import_features(tmp_path / "features.csv")


def test_windows_line_ends(tmp_path, tracks, reported, report):
    path = write(tmp_path / "features.csv", [row(2), row(3)[:-1] + ["loud"]])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert import_features(path, report=report) == 1
    assert reported == [(6, "zcr/std/01", "loud")]
