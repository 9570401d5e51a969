"""Paging by the last row seen: the next page costs the same however far down the list it lies, and counts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404


@dataclass(frozen=True)
class Page:
    rows: list
    # The value of `?after=` that leads on; empty on the last page.
    next: str
    is_first: bool


@dataclass(frozen=True)
class Keyset:
    """An order that names every row once: `first` descending, then `second` ascending.

    The readers turn the two halves of a cursor back into values, raising ValueError for what is none.
    """

    first: str
    second: str
    read_first: Callable[[str], Any]
    read_second: Callable[[str], Any]

    def page(self, queryset: QuerySet, after: str | None, size: int) -> Page:
        """The `size` rows behind the cursor `after`; raises Http404 where that is not a cursor of this list."""
        queryset = queryset.order_by(f"-{self.first}", self.second)
        if after is not None:
            queryset = queryset.filter(self._behind(after))
        # One row more than is shown says whether there is another page.
        rows = list(queryset[: size + 1])
        more = len(rows) > size
        return Page(rows[:size], self._cursor(rows[size - 1]) if more else "", after is None)

    def _behind(self, cursor: str) -> Q:
        first, _, second = cursor.rpartition("~")
        try:
            at, key = self.read_first(first), self.read_second(second)
        except (ValueError, OverflowError):
            raise Http404(f"{cursor[:60]!r} is not a place in this list") from None
        # The index is entered by the outer bound; the inner one leaves out what was shown of equal `first`.
        return Q(**{f"{self.first}__lte": at}) & (Q(**{f"{self.first}__lt": at}) | Q(**{f"{self.second}__gt": key}))

    def _cursor(self, row) -> str:
        first = getattr(row, self.first)
        return f"{first.isoformat() if hasattr(first, 'isoformat') else first}~{getattr(row, self.second)}"
