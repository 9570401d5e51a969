"""Standing shelves joined with their tracks, as pages, the API and the socket show them."""

import uuid
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.core.cache import cache
from django.db.models import Count, Max
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from recommender import store
from recommender.models import ModelRun
from recommender.online.reasons import BECAUSE, said
from streaming.models import Ban, Track

# Seconds for which shelves are kept as they were written; a track may lose its audio meanwhile.
LAST = 60


@dataclass(frozen=True)
class ShownItem:
    """`track` is None for one that the page already has a tile of."""

    track_id: int
    track: Track | None
    reason: str
    run_id: int
    run: str


@dataclass(frozen=True)
class ShownShelf:
    id: uuid.UUID
    slug: str
    title: str
    items: list[ShownItem]


@dataclass(frozen=True)
class ShownShelves:
    version: int
    updated_at: datetime
    shelves: list[ShownShelf]
    is_cold: bool


def shown(listener_id: uuid.UUID) -> ShownShelves | None:
    """The listener's shelves, else the cold start's; None before the first model is published."""
    standing = store.standing_or_cold(listener_id)
    return joined(standing, listener_id) if standing else None


def joined(
    standing: store.Shelves, listener_id: uuid.UUID | None = None, known: Set[int] = frozenset()
) -> ShownShelves:
    """With its tracks, but those that went, lost their audio or were banned since the shelves were made.

    The tracks `known` are only named.
    """
    items = [item for shelf in standing.shelves for item in shelf.items]
    tracks = _tracks(items, listener_id, known)
    return ShownShelves(
        standing.version,
        standing.updated_at,
        [
            ShownShelf(shelf.id, shelf.slug, _title(shelf.title), _shown(shelf.items, tracks))
            for shelf in standing.shelves
        ],
        standing.is_cold,
    )


def shown_items(items: Sequence[store.Item], listener_id: uuid.UUID) -> list[ShownItem]:
    """As `joined` has them; two queries."""
    return _shown(items, _tracks(items, listener_id))


def _shown(items: Iterable[store.Item], tracks: dict[int, Track | None]) -> list[ShownItem]:
    return [
        ShownItem(
            item.track_id,
            tracks[item.track_id],
            said(item.says) if item.says else item.reason,
            item.run_id,
            run_name(item.run_id),
        )
        for item in items
        if item.track_id in tracks
    ]


def _title(stored: str) -> str:
    """In the reader's language; one title has a track's in it."""
    beginning = BECAUSE.format("")
    if stored.startswith(beginning):
        return gettext(BECAUSE).format(stored.removeprefix(beginning))
    return gettext(stored)


def _tracks(
    items: Iterable[store.Item], listener_id: uuid.UUID | None, known: Set[int] = frozenset()
) -> dict[int, Track | None]:
    """Asked at each look: shelves that were being made while a ban came are shown without its track."""
    ids = {item.track_id for item in items}
    if listener_id:
        ids -= set(Ban.objects.filter(listener=listener_id).values_list("track", flat=True))
    playable = Track.objects.playable().order_by()
    found = playable.filter(pk__in=ids & known).values_list("pk", flat=True) if known else ()
    return dict.fromkeys(found) | playable.for_list().in_bulk(ids - known)


@lru_cache(maxsize=1024)
def run_name(run_id: int) -> str:
    """A run never changes its name; empty for one that is gone, or for none."""
    return next(map(str, ModelRun.objects.filter(pk=run_id)), "")


def as_html(standing: store.Shelves, listener_id: uuid.UUID | None = None) -> str:
    """As the page shows them, written once a language for whoever they are, until they or their bans are others.

    The cold start's are the same for everybody without bans.
    """
    bans = Ban.objects.filter(listener=listener_id).aggregate(count=Count("pk"), newest=Max("pk"))
    whose = "cold" if standing.is_cold and not bans["count"] else f"{listener_id} {bans['count']} {bans['newest']}"
    # Keys of some caches take no spaces.
    key = f"shelves:{get_language()}:{whose}:{standing.version}".replace(" ", "-")
    return cache.get_or_set(key, lambda: _render(standing, None if whose == "cold" else listener_id), LAST)


def as_changes(standing: store.Shelves, listener_id: uuid.UUID, known: Set[int]) -> str:
    """As the page shows them, but for the tiles of tracks `known`: of these only place and reason are said.

    A play changes where tracks stand more than which they are: most of what a page shows it has already.
    """
    return _render(standing, listener_id, known)


def _render(standing: store.Shelves, listener_id: uuid.UUID | None, known: Set[int] = frozenset()) -> str:
    return render_to_string("recommender/shelves.html", {"shelves": joined(standing, listener_id, known)})
