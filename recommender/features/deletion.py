"""Features go with their track, also from a store that is not the catalogue's own database."""

import logging
import threading

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from recommender.features.store import FeatureStoreUnavailable, batches, feature_store
from streaming.models import Track

logger = logging.getLogger(__name__)


class _Deleted(threading.local):
    """Ids of tracks that this thread deleted, until their transaction ends."""

    def __init__(self) -> None:
        self.track_ids: set[int] = set()


_deleted = _Deleted()


@receiver(post_delete, sender=Track)
def forget_features(sender, instance: Track, **kwargs) -> None:
    """Once the deletion is committed, all tracks of a transaction in one go."""
    _deleted.track_ids.add(instance.pk)
    transaction.on_commit(_forget)


def _forget() -> None:
    # The first call of a transaction takes the tracks of all others.
    track_ids, _deleted.track_ids = _deleted.track_ids, set()
    if track_ids:
        _forget_tracks(track_ids)


def _forget_tracks(track_ids: set[int]) -> None:
    store = feature_store()
    if store.follows_catalogue:
        return
    for ids in batches(track_ids):
        # A transaction that was rolled back may have left the ids of tracks that are there still.
        there = set(Track.objects.filter(pk__in=ids).values_list("pk", flat=True))
        try:
            store.forget(set(ids) - there)
        except FeatureStoreUnavailable as error:
            logger.warning("features of deleted tracks stay until the next sweep: %s", error)
            return
