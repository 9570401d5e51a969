"""Reader of FMA's metadata tables: rows of named cells, each cell turned into a value or named as bad."""

import ast
import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from streaming.imports.failure import ImportFailed

# A quotation mark that is never closed takes the lines behind it, up to this many characters.
csv.field_size_limit(1_000_000)
# The largest PositiveIntegerField of every database.
LARGEST = 2**31 - 1
# What FMA's tables write for a number that is not known.
UNKNOWN = "-1"

# Of tracks.csv: (level, name). Of genres.csv: (name,).
Column = tuple[str, ...]


class BadCell(ValueError):
    """A value that does not parse; the message names line, column and value."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class Row:
    """One row of a table. Its methods return the value of a column and raise BadCell."""

    def __init__(self, table: "FmaTable", line: int, cells: list[str]) -> None:
        self.table = table
        self.line = line
        self.cells = cells

    def text(self, *column: str) -> str:
        return self.cells[self.table.places[column]].strip()

    def required_text(self, *column: str) -> str:
        return self.text(*column) or self._bad(column, "a text is needed")

    def number(self, *column: str, largest: int = LARGEST) -> int:
        """A whole number from 0; 0 for an empty cell and for FMA's -1, which stand for unknown."""
        cell = self.text(*column)
        if cell in ("", UNKNOWN):
            return 0
        if not (cell.isascii() and cell.isdecimal()):
            self._bad(column, "not a whole number")
        if int(cell) > largest:
            self._bad(column, f"larger than {largest:,}")
        return int(cell)

    def id(self, *column: str) -> int:
        return self.number(*column) or self._bad(column, "not an id, which is a whole number from 1")

    def date(self, *column: str) -> date | None:
        cell = self.text(*column)
        try:
            return _date(cell) if cell else None
        except ValueError:
            self._bad(column, "not a date such as 2008-11-26 01:44:45")

    def texts(self, *column: str) -> list[str]:
        return [text for text in self._list(column, str) if text.strip()]

    def numbers(self, *column: str) -> tuple[int, ...]:
        return self._list(column, int)

    def bad(self, reason: str) -> BadCell:
        return BadCell(f"{self.table.path.name}, line {self.line}", reason)

    def place(self, *column: str) -> str:
        return f"{self.table.path.name}, line {self.line}, column {'/'.join(column)}"

    def _list(self, column: Column, kind: type) -> tuple:
        cell = self.text(*column)
        values = _literal(cell, kind) if cell else ()
        if values is None:
            self._bad(column, "not a list of texts" if kind is str else "not a list of whole numbers such as [21, 45]")
        return values

    def _bad(self, column: Column, reason: str) -> None:
        cell = self.text(*column)
        value = repr(cell[:100]) + ("…" if len(cell) > 100 else "")
        raise BadCell(self.place(*column), f"{value} is {reason}" if cell else f"the cell is empty: {reason}")


class FmaTable:
    """A file with some header rows; raises ImportFailed where it lacks one of the `wanted` columns.

    `header_rows`: 1 for genres.csv; 3 for tracks.csv, whose columns have two levels and whose third row names the id.
    """

    def __init__(self, path: Path, *, header_rows: int, wanted: Sequence[Column]) -> None:
        self.path = path
        with self._open() as file:
            rows = [next(csv.reader([line]), []) for line, _ in zip(file, range(header_rows), strict=False)]
        if header_rows == 3:
            self._check_levels(rows)
            rows = [["track_id", *rows[0][1:]], ["", *rows[1][1:]]]
        names = [tuple(filter(None, column)) for column in zip(*rows, strict=True)] if rows else []
        self.header_rows = header_rows
        self.places = {column: place for place, column in enumerate(names)}
        self.width = len(names)
        missing = [column for column in wanted if column not in self.places]
        if missing:
            raise ImportFailed(f"{path} lacks {_listed(missing)}. It has: {_listed(self.places) or 'no header row'}")

    def rows(
        self, *, problem: Callable[[str, str], None], read: Callable[[int], object] | None = None
    ) -> Iterator[Row]:
        """Every row of the right shape; others go to `problem(place, reason)`. `read` is told how many bytes were."""
        with self._open() as file:
            lines = csv.reader(file)
            done = line = 0
            while True:
                line = lines.line_num + 1
                try:
                    cells = next(lines, None)
                except csv.Error as error:
                    problem(f"{self.path.name}, lines {line} to {lines.line_num}", f"{error}; is a quote not closed?")
                    continue
                if cells is None:
                    return
                if read and (position := file.buffer.tell()) > done:
                    read(position - done)
                    done = position
                if line <= self.header_rows or not cells:
                    continue
                if reason := self._misshapen(cells):
                    problem(f"{self.path.name}, line {line}", reason)
                    continue
                yield Row(self, line, cells)

    def _open(self) -> TextIO:
        # Bytes that are not UTF-8 become lone surrogates, which `_misshapen` finds in the one row that has them.
        return self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")

    def _check_levels(self, rows: list[list[str]]) -> None:
        if len(rows) < 3 or rows[2][:1] != ["track_id"] or len({len(cells) for cells in rows}) != 1:
            found = " | ".join(",".join(cells[:4]) for cells in rows) or "nothing"
            raise ImportFailed(
                f"{self.path} should begin with FMA's three header rows: album/artist/set/track, then the columns, "
                f"then a row that begins with track_id, all of the same length. It begins with: {found}"
            )

    def _misshapen(self, cells: list[str]) -> str:
        if len(cells) != self.width:
            return f"{len(cells)} cells instead of {self.width}; the first is {cells[0][:100]!r}"
        text = "".join(cells)
        if "\0" in text:
            return self._named(cells, lambda cell: "\0" in cell, "has a NUL character")
        if not text.isascii() and _has_surrogate(text):
            return self._named(cells, _has_surrogate, "is not UTF-8")
        return ""

    def _named(self, cells: list[str], is_bad: Callable[[str], bool], reason: str) -> str:
        column, value = next((column, cells[place]) for column, place in self.places.items() if is_bad(cells[place]))
        return f"column {'/'.join(column)}: {value[:100]!r} {reason}"


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join("/".join(column) for column in columns)


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


@lru_cache(maxsize=20_000)
def _date(cell: str) -> date:
    return datetime.fromisoformat(cell).date()  # noqa: DTZ007


@lru_cache(maxsize=50_000)
def _literal(cell: str, kind: type) -> tuple | None:
    """The items, all of a kind, of a Python list literal, as FMA writes lists; None for anything else."""
    try:
        values = ast.literal_eval(cell)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    is_right = isinstance(values, list) and all(type(value) is kind for value in values)
    return tuple(values) if is_right else None
