"""Shelves as they stand for each listener, replaced whole in one step."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from recommender.models import Recommendation, Station
from streaming import privacy
from streaming.models import Listener

# A radio that nobody has asked for more in so long is not gone on with.
STATION_LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """One recommended track: why, and which model run gave the most to its score.

    `says` is what the reason is made of in each language (`online/reasons.py`); shelves of before have none.
    """

    track_id: int
    score: float
    reason: str
    run_id: int
    says: list[str | None] = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Shelf:
    id: uuid.UUID
    slug: str
    title: str
    items: list[Item]


@dataclass(frozen=True)
class Shelves:
    """What stands for a listener, or for all of whom nothing is known. `version` is `updated_at` in milliseconds."""

    version: int
    updated_at: datetime
    shelves: list[Shelf]
    is_cold: bool

    @property
    def track_ids(self) -> frozenset[int]:
        return frozenset(item.track_id for shelf in self.shelves for item in shelf.items)


@transaction.atomic
def replace(listener_id: uuid.UUID | None, shelves: Sequence[Shelf], at: datetime) -> bool:
    """Put new shelves in the place of the standing ones; None is the cold start's.

    `at` is when the plays they are made from were read. Returns False, and changes nothing, where shelves made from
    newer plays stand already. Whoever has cleared those plays since, or wants none made, is left to the cold start's.
    """
    if listener_id is not None and not privacy.may_be_used(listener_id, at):
        shelves = []
    standing = Recommendation.objects.filter(listener=listener_id, replaced_at=None)
    if standing.filter(created_at__gte=at).exists():
        return False
    standing.update(replaced_at=at)
    Recommendation.objects.bulk_create(
        Recommendation(
            id=shelf.id,
            listener_id=listener_id,
            shelf=shelf.slug,
            title=shelf.title,
            items=[vars(item) for item in shelf.items],
            created_at=at,
        )
        for shelf in shelves
    )
    return True


def standing(listener_id: uuid.UUID | None) -> Shelves | None:
    rows = sorted(
        Recommendation.objects.filter(listener=listener_id, replaced_at=None),
        key=lambda row: Recommendation.Shelf.values.index(row.shelf),
    )
    if not rows:
        return None
    at = max(row.created_at for row in rows)
    return Shelves(
        int(at.timestamp() * 1000),
        at,
        [Shelf(row.id, row.shelf, row.title, [Item(**item) for item in row.items]) for row in rows],
        is_cold=listener_id is None,
    )


def standing_or_cold(listener_id: uuid.UUID) -> Shelves | None:
    return standing(listener_id) or standing(None)


def stale_listeners(within: timedelta | None = None) -> list[uuid.UUID]:
    """Whoever's last event is newer than their shelves, or who has none yet; simulated listeners are left out.

    `within` leaves out also whoever's last event is longer ago, and whoever wants no shelves made.
    """
    listeners = Listener.objects.filter(last_event_at__isnull=False, is_simulated=False, merged_into=None)
    if within is not None:
        listeners = listeners.filter(last_event_at__gte=timezone.now() - within, is_personalised=True)
    listeners = listeners.annotate(
        shelved_at=Max("recommendations__created_at", filter=Q(recommendations__replaced_at=None))
    )
    stale = listeners.filter(Q(shelved_at=None) | Q(shelved_at__lt=F("last_event_at")))
    return list(stale.values_list("pk", flat=True))


def prune() -> int:
    """Forget what was replaced too long ago to be credited for a play, and silent radios; returns how many went."""
    silent, _ = Station.objects.filter(used_at__lt=timezone.now() - STATION_LASTS).delete()
    oldest = timezone.now() - timedelta(days=settings.RECOMMENDATION_RETENTION_DAYS)
    deleted, _ = Recommendation.objects.filter(replaced_at__lt=oldest).delete()
    return deleted + silent
