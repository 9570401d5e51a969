"""Paging by the last row seen: the next page costs the same however far down the list it lies, and counts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from streaming.missing import Missing


def zoned(text: str) -> datetime:
    """A time of a cursor; raises ValueError for one without a time zone."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return time


def text(value: str) -> str:
    """A name of a cursor; raises ValueError for what no name can hold."""
    if "\x00" in value:
        raise ValueError(f"{value!r} holds a NUL")
    return value


@dataclass(frozen=True)
class Page:
    rows: list
    # The value of `?after=` that leads on; empty on the last page.
    next: str
    is_first: bool


@dataclass(frozen=True)
class Keyset:
    """An order that names every row once: `first`, then `second` ascending.

    The readers turn the two halves of a cursor back into values, raising ValueError for what is none.
    """

    first: str
    second: str
    read_first: Callable[[str], Any]
    read_second: Callable[[str], Any]
    descending: bool = True

    def page(self, queryset: QuerySet, after: str | None, size: int) -> Page:
        """The `size` rows behind the cursor `after`; raises Missing where that is not a cursor of this list."""
        queryset = self.ordered(queryset, after)
        # One row more than is shown says whether there is another page.
        rows = list(queryset[: size + 1])
        more = len(rows) > size
        last = rows[size - 1] if more else None
        next_ = self.cursor(getattr(last, self.first), getattr(last, self.second)) if more else ""
        return Page(rows[:size], next_, after is None)

    def ordered(self, queryset: QuerySet, after: str | None) -> QuerySet:
        """The rows behind the cursor, in order; all where there is none."""
        queryset = queryset.order_by(("-" if self.descending else "") + self.first, self.second)
        return queryset if after is None else queryset.filter(self._behind(after))

    def cursor(self, first: Any, second: Any) -> str:
        """Leads on from the row with these values."""
        return f"{first.isoformat() if hasattr(first, 'isoformat') else first}~{second}"

    def _behind(self, cursor: str) -> Q:
        first, _, second = cursor.rpartition("~")
        try:
            at, key = self.read_first(first), self.read_second(second)
        except (ValueError, OverflowError):
            raise Missing(gettext("{given} is not a place in this list").format(given=repr(cursor[:60]))) from None
        beyond = "lt" if self.descending else "gt"
        # The index is entered by the outer bound; the inner one leaves out what was shown of equal `first`.
        bound = Q(**{f"{self.first}__{beyond}e": at})
        return bound & (Q(**{f"{self.first}__{beyond}": at}) | Q(**{f"{self.second}__gt": key}))
