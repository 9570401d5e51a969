"""Standing shelves joined with their tracks, as pages, the API and the socket show them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.template.loader import render_to_string

from recommender import store
from recommender.models import ModelRun
from streaming.models import Track

# Seconds for which the cold start's shelves are kept as they were written; a track may lose its audio meanwhile.
COLD_LASTS = 60


@dataclass(frozen=True)
class ShownItem:
    track: Track
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


def shown(listener_id: uuid.UUID) -> ShownShelves | None:
    """The listener's shelves, else the cold start's; None before the first model is published."""
    standing = store.standing_or_cold(listener_id)
    return joined(standing) if standing else None


def joined(standing: store.Shelves) -> ShownShelves:
    """With its tracks. One that was deleted, or whose audio went, since the shelf was made is left out."""
    items = [item for shelf in standing.shelves for item in shelf.items]
    tracks = Track.objects.for_list().playable().in_bulk({item.track_id for item in items})
    runs = {run.pk: str(run) for run in ModelRun.objects.filter(pk__in={item.run_id for item in items})}
    return ShownShelves(
        standing.version,
        standing.updated_at,
        [
            ShownShelf(
                shelf.id,
                shelf.slug,
                shelf.title,
                [
                    ShownItem(tracks[item.track_id], item.reason, item.run_id, runs.get(item.run_id, ""))
                    for item in shelf.items
                    if item.track_id in tracks
                ],
            )
            for shelf in standing.shelves
        ],
    )


def as_html(standing: store.Shelves) -> str:
    """As the page shows them. The cold start's are the same for everybody, and written once."""
    if standing.is_cold:
        return cache.get_or_set(f"cold-shelves:{standing.version}", lambda: _render(standing), COLD_LASTS)
    return _render(standing)


def _render(standing: store.Shelves) -> str:
    return render_to_string("recommender/shelves.html", {"shelves": joined(standing)})
