"""FMA's genres.csv: the genres and their hierarchy."""

from collections.abc import Callable
from pathlib import Path

from streaming.catalog import save_by_fma_id
from streaming.imports.fma_table import BadCell, FmaTable, Row
from streaming.models import Genre

# `top_level` follows from the parents, and `#tracks` is counted anew.
COLUMNS = (("genre_id",), ("parent",), ("title",))

Problem = Callable[[str, str], None]


def genre_table(path: Path) -> FmaTable:
    return FmaTable(path, header_rows=1, wanted=COLUMNS)


def import_genres(table: FmaTable, problem: Problem) -> dict[int, Genre]:
    """Saves the genres; returns them by FMA id. A parent that is not there is reported, and the genre made a root."""
    rows: dict[int, Row] = {}
    for row in table.rows(problem=problem):
        try:
            row.required_text("title"), row.number("parent")
            rows[row.id("genre_id")] = row
        except BadCell as bad:
            problem(bad.place, bad.reason)
    parents = {number: _parent(number, row, rows, problem) for number, row in rows.items()}
    _adopt_own_genres(rows)
    # All of them first, so that each can name its parent and its root, which may be itself.
    Genre.objects.bulk_create(
        [Genre(fma_id=number, title=row.text("title")) for number, row in rows.items()], ignore_conflicts=True
    )
    pks = dict(Genre.objects.filter(fma_id__in=list(rows)).values_list("fma_id", "pk"))
    genres = {
        number: Genre(
            fma_id=number,
            title=row.text("title"),
            parent_id=pks.get(parents[number]),
            top_level_id=pks[_root(number, parents)],
        )
        for number, row in rows.items()
    }
    save_by_fma_id(objects=list(genres.values()), except_fields={"track_count"})
    for number, genre in genres.items():
        genre.pk = pks[number]
    return genres


def _adopt_own_genres(rows: dict[int, Row]) -> None:
    """A genre that an import of own files made becomes FMA's of the same title, rather than standing beside it."""
    taken = set(Genre.objects.exclude(fma_id=None).values_list("fma_id", flat=True))
    numbers = {row.text("title").casefold(): number for number, row in rows.items() if number not in taken}
    for genre in Genre.objects.filter(fma_id=None):
        genre.fma_id = numbers.pop(genre.title.casefold(), None)
        if genre.fma_id:
            genre.save(update_fields=["fma_id"])


def _parent(number: int, row: Row, rows: dict[int, Row], problem: Problem) -> int | None:
    parent = row.number("parent")
    if not parent:
        return None
    above = parent
    seen = {number}
    while above in rows and above not in seen:
        seen.add(above)
        above = rows[above].number("parent")
    if above == number or parent not in rows:
        problem(row.place("parent"), f"genre {number} cannot lie under '{parent}'; it becomes a top-level genre")
        return None
    return parent


def _root(number: int, parents: dict[int, int | None]) -> int:
    while parent := parents[number]:
        number = parent
    return number
