"""Lists of tracks with filters, orders and pages, quick at any depth: ids come off an index, then the page's rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from streaming.missing import Missing
from streaming.models import Track, TrackGenre, TrackTag
from streaming.pages.paging import Keyset, Page, text, zoned
from streaming.pages.track_filters import Filters

PAGE = 50


@dataclass(frozen=True)
class Order:
    title: str
    column: str
    read: Callable[[str], Any]
    descending: bool = True
    # Those of which the column says something.
    known: Q = Q()

    def keyset(self, column: str = "", key: str = "pk") -> Keyset:
        return Keyset(column or self.column, key, self.read, int, self.descending)


DEFAULT = "popular"
ORDERS = {
    DEFAULT: Order(_("Most listened"), "listens", int),
    "added": Order(_("Recently added"), "added_at", zoned),
    "title": Order(_("Title"), "title", text, descending=False),
    "year": Order(_("Newest first"), "year", int, known=Q(year__isnull=False)),
    "longest": Order(_("Longest"), "duration_ms", int),
    "shortest": Order(_("Shortest"), "duration_ms", int, descending=False, known=Q(duration_ms__gt=0)),
}


def order_of(request: HttpRequest, orders: Mapping[str, Order] = ORDERS) -> str:
    """The order that the address asks for, else the first one; raises Missing for what is none."""
    name = request.GET.get("sort") or next(iter(orders))
    if name not in orders:
        said = gettext("{given} is no order; one of {known} is")
        raise Missing(said.format(given=repr(name[:40]), known=", ".join(orders)))
    return name


def page_of(filters: Filters, order: str, after: str | None, size: int = PAGE) -> Page:
    """The tracks of one page, with what a row shows; two queries. Raises Missing for a cursor that is none."""
    if order == DEFAULT and (filters.genre or filters.tag):
        ids, next_ = _kept_ids(filters, after, size)
    else:
        ids, next_ = _sorted_ids(filters, ORDERS[order], after, size)
    tracks = Track.objects.for_list().in_bulk(ids)
    return Page([tracks[pk] for pk in ids if pk in tracks], next_, after is None)


def _sorted_ids(filters: Filters, order: Order, after: str | None, size: int) -> tuple[list[int], str]:
    keyset = order.keyset()
    rows = keyset.ordered(filters.tracks().filter(order.known), after).values_list("pk", order.column)
    return _cut(list(rows[: size + 1]), keyset, size)


def _kept_ids(filters: Filters, after: str | None, size: int) -> tuple[list[int], str]:
    """Off the table that keeps a genre's tracks, or a tag's, in the order of listens."""
    table, own = (TrackGenre, {"genre": filters.genre}) if filters.genre else (TrackTag, {"tag": filters.tag})
    keyset = ORDERS[DEFAULT].keyset("listens", "track_id")
    rows = table.objects.filter(filters.conditions("track__"), **own)
    if filters.genre and filters.tag:
        rows = rows.filter(track__in=TrackTag.objects.filter(tag=filters.tag).values("track"))
    return _cut(list(keyset.ordered(rows, after).values_list("track_id", "listens")[: size + 1]), keyset, size)


def _cut(found: list[tuple[int, Any]], keyset: Keyset, size: int) -> tuple[list[int], str]:
    """One row more than is shown says whether there is another page."""
    if len(found) <= size:
        return [pk for pk, _ in found], ""
    pk, value = found[size - 1]
    return [pk for pk, _ in found[:size]], keyset.cursor(value, pk)
