"""Reader of the numeric tables of FMA's metadata: three header rows, a row that names the id, then a row a track.

Rows are read in blocks, fast, by pyarrow; a block with a bad row is read again line by line, to name what is bad.
"""

import csv
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import csv as pyarrow_csv

HEADER_ROWS = 3
ID_COLUMN = "track_id"
BLOCK_BYTES = 16 * 1024 * 1024

# Called with the line (from 1), the column and the value of a row that is skipped.
Report = Callable[[int, str, str], None]


class FmaCsvTable:
    """The wanted columns, each a (first, second, third header), of one file.

    Raises FileNotFoundError, and ValueError where the header is not FMA's or lacks a wanted column.
    """

    def __init__(self, path: Path, wanted: tuple[tuple[str, str, str], ...], report: Report | None = None) -> None:
        self.path = path
        self.wanted = wanted
        self.report = report or (lambda line, column, value: None)
        with path.open("rb") as file:
            self._read_header(file)

    def blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """FMA ids (int64, shape (n,)) and values (float32, shape (n, wanted)), all finite; other rows are reported."""
        with self.path.open("rb") as file:
            line = self._read_header(file) + 1
            rest = b""
            while block := file.read(BLOCK_BYTES):
                lines, newline, rest = (rest + block).rpartition(b"\n")
                yield from self._parse(lines + newline, line)
                line += lines.count(b"\n") + len(newline)
            yield from self._parse(rest, line)

    def _read_header(self, file: BinaryIO) -> int:
        """Find the wanted columns; returns how many lines the header has."""
        rows = [next(csv.reader([file.readline().decode()]), []) for _ in range(HEADER_ROWS + 1)]
        if rows[-1][:1] != [ID_COLUMN]:
            found = rows[-1][0] if rows[-1] else ""
            raise ValueError(
                f"{self.path}: line {HEADER_ROWS + 1} should start with {ID_COLUMN!r}, after {HEADER_ROWS} header "
                f"rows; it starts with {found!r}"
            )
        places = {column: place for place, column in enumerate(zip(*rows[:HEADER_ROWS], strict=False)) if place}
        missing = [column for column in self.wanted if column not in places]
        if missing:
            raise ValueError(f"{self.path}: {len(missing)} columns are missing, the first is {'/'.join(missing[0])}")
        self.width = len(rows[0])
        self.places = [places[column] for column in self.wanted]
        return len(rows)

    def _parse(self, lines: bytes, first_line: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        if not lines.strip():
            return
        try:
            ids, values = self._parse_block(lines)
            good = bool(np.isfinite(values).all())
        except pa.ArrowInvalid:
            good = False
        if not good:
            ids, values = self._parse_lines(lines, first_line)
        if len(ids):
            yield ids, values

    def _parse_block(self, lines: bytes) -> tuple[np.ndarray, np.ndarray]:
        names = [str(place) for place in range(self.width)]
        wanted = [names[place] for place in self.places]
        table = pyarrow_csv.read_csv(
            BytesIO(lines),
            read_options=pyarrow_csv.ReadOptions(column_names=names),
            convert_options=pyarrow_csv.ConvertOptions(
                include_columns=[names[0], *wanted],
                column_types={names[0]: pa.uint32()} | dict.fromkeys(wanted, pa.float32()),
            ),
        )
        if table.column(0).null_count:
            raise pa.ArrowInvalid(f"rows without a {ID_COLUMN}")
        values = np.empty((table.num_rows, len(wanted)), dtype=np.float32)
        for place, column in enumerate(table.columns[1:]):
            values[:, place] = column.to_numpy()
        return table.column(0).to_numpy().astype(np.int64), values

    def _parse_lines(self, lines: bytes, first_line: int) -> tuple[np.ndarray, np.ndarray]:
        rows = {}
        for number, line in enumerate(lines.decode(errors="replace").split("\n"), start=first_line):
            if line.strip() and (row := self._parse_line(line, number)):
                rows[row[0]] = row[1]
        return np.array(list(rows), dtype=np.int64), np.array(list(rows.values()), dtype=np.float32)

    def _parse_line(self, line: str, number: int) -> tuple[int, np.ndarray] | None:
        fields = next(csv.reader([line]))
        if len(fields) != self.width:
            self.report(number, "number of columns", f"{len(fields)} instead of {self.width}")
            return None
        if not fields[0].isdecimal():
            self.report(number, ID_COLUMN, fields[0])
            return None
        values = np.array([_number(fields[place]) for place in self.places])
        bad = np.flatnonzero(~(np.abs(values) <= np.finfo(np.float32).max))
        if len(bad):
            self.report(number, "/".join(self.wanted[bad[0]]), fields[self.places[bad[0]]])
            return None
        return int(fields[0]), values.astype(np.float32)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan
