"""The feature store that is a table of the catalogue's own database."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from recommender.features.columns import WIDTHS
from recommender.features.store import FeatureStore
from recommender.models import TrackFeatures
from streaming.models import Track

# Ids named in one query; SQLite takes at most 999 parameters in old versions.
BATCH = 900


class EmbeddedFeatureStore(FeatureStore):
    def _put(self, family: str, vectors: dict[int, np.ndarray]) -> int:
        return sum(self._put_batch(family, ids, vectors) for ids in _batches(vectors))

    def _put_batch(self, family: str, ids: tuple[int, ...], vectors: dict[int, np.ndarray]) -> int:
        with transaction.atomic():
            known = set(Track.objects.filter(pk__in=ids).values_list("pk", flat=True))
            stored = dict(self._vectors(family).filter(track__in=ids).values_list("track_id", "vector"))
            changed = {
                track_id: data
                for track_id in ids
                if track_id in known and (data := vectors[track_id].tobytes()) != bytes(stored.get(track_id, b""))
            }
            _upsert([TrackFeatures(family=family, track_id=pk, vector=data) for pk, data in changed.items()])
        return len(known)

    def put_problem(self, family: str, track_id: int, reason: str) -> None:
        WIDTHS[family]
        limit = TrackFeatures._meta.get_field("problem").max_length
        with transaction.atomic():
            if Track.objects.filter(pk=track_id).exists():
                _upsert([TrackFeatures(family=family, track_id=track_id, problem=reason[:limit])])

    def get(self, family: str, track_ids: Iterable[int]) -> dict[int, np.ndarray]:
        return {
            track_id: np.frombuffer(data, dtype="<f4")
            for ids in _batches(track_ids)
            for track_id, data in self._vectors(family).filter(track__in=ids).values_list("track_id", "vector")
        }

    def missing(self, family: str, limit: int) -> list[int]:
        WIDTHS[family]
        done = TrackFeatures.objects.filter(family=family, track=OuterRef("pk"))
        return list(Track.objects.playable().filter(~Exists(done)).order_by("-pk").values_list("pk", flat=True)[:limit])

    def matrix(
        self, family: str, *, since: datetime | None = None, block: int = 4_096
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return self._changed(family, since, block) if since else self._all(family, block)

    def _all(self, family: str, block: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        last = 0
        rows = self._vectors(family).order_by("track_id").values_list("track_id", "vector")
        # A query a block, each from where the last one ended: no read is held open while others write.
        while found := list(rows.filter(track_id__gt=last)[:block]):
            ids, data = zip(*found, strict=True)
            last = ids[-1]
            yield np.array(ids), np.frombuffer(b"".join(data), dtype="<f4").reshape(len(ids), WIDTHS[family])

    def _changed(self, family: str, since: datetime, block: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        changed = self._vectors(family).filter(updated_at__gte=since).values_list("track_id", flat=True)
        for ids in _batches(sorted(changed), block):
            if found := self.get(family, ids):
                kept = sorted(found)
                yield np.array(kept), np.stack([found[track_id] for track_id in kept])

    def count(self, family: str) -> int:
        return self._vectors(family).count()

    def _vectors(self, family: str):
        WIDTHS[family]
        return TrackFeatures.objects.filter(family=family, vector__isnull=False)


def _batches(ids: Iterable[int], size: int = BATCH) -> Iterator[tuple[int, ...]]:
    remaining = iter(ids)
    while batch := tuple(islice(remaining, size)):
        yield batch


def _upsert(rows: list[TrackFeatures]) -> None:
    TrackFeatures.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["family", "track"],
        update_fields=["vector", "problem", "updated_at"],
    )
