"""Standing shelves joined with their tracks, as pages, the API and the socket show them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from recommender import store
from recommender.models import ModelRun
from streaming.models import Track


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
    """The listener's shelves, else the cold start's; None before the first model is published.

    A track that was deleted, or whose audio went, since the shelf was made is left out.
    """
    standing = store.standing_or_cold(listener_id)
    if standing is None:
        return None
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


def as_html(shelves: ShownShelves | None) -> str:
    return render_to_string("recommender/shelves.html", {"shelves": shelves})
