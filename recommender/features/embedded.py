"""The feature store that is a table of the catalogue's own database."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from recommender.features.columns import WIDTHS
from recommender.features.store import Counts, FeatureStore, Problem, batches
from recommender.models import TrackFeatures
from streaming.models import Track


class EmbeddedFeatureStore(FeatureStore):
    follows_catalogue = True

    def _put(self, family: str, vectors: dict[int, bytes]) -> int:
        with transaction.atomic():
            known = set(Track.objects.filter(pk__in=vectors).values_list("pk", flat=True))
            stored = dict(_vectors(family).filter(track__in=vectors).values_list("track_id", "vector"))
            changed = {
                track_id: vector
                for track_id, vector in vectors.items()
                if track_id in known and vector != stored.get(track_id)
            }
            _upsert([TrackFeatures(family=family, track_id=pk, vector=vector) for pk, vector in changed.items()])
        return len(known)

    def _put_problem(self, family: str, track_id: int, reason: str) -> None:
        with transaction.atomic():
            if Track.objects.filter(pk=track_id).exists():
                _upsert([TrackFeatures(family=family, track_id=track_id, problem=reason)])

    def get(self, family: str, track_ids: Iterable[int]) -> dict[int, np.ndarray]:
        return {
            track_id: np.frombuffer(vector, dtype="<f4")
            for ids in batches(track_ids)
            for track_id, vector in _vectors(family).filter(track__in=ids).values_list("track_id", "vector")
        }

    def missing(self, family: str, limit: int) -> list[int]:
        done = _rows(family).filter(track=OuterRef("pk"))
        return list(Track.objects.playable().filter(~Exists(done)).order_by("-pk").values_list("pk", flat=True)[:limit])

    def matrix(
        self, family: str, *, since: datetime | None = None, block: int = 4_096
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return self._changed(family, since, block) if since else self._all(family, block)

    def _all(self, family: str, block: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        last = 0
        rows = _vectors(family).order_by("track_id").values_list("track_id", "vector")
        # A query a block, each from where the last one ended: no read is held open while others write.
        while found := list(rows.filter(track_id__gt=last)[:block]):
            ids, vectors = zip(*found, strict=True)
            last = ids[-1]
            yield np.array(ids), np.frombuffer(b"".join(vectors), dtype="<f4").reshape(len(ids), WIDTHS[family])

    def _changed(self, family: str, since: datetime, block: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        changed = _vectors(family).filter(updated_at__gte=since).values_list("track_id", flat=True)
        for ids in batches(sorted(changed), block):
            if found := self.get(family, ids):
                kept = sorted(found)
                yield np.array(kept), np.stack([found[track_id] for track_id in kept])

    def count(self, family: str, *, since: datetime | None = None) -> int:
        vectors = _vectors(family)
        return (vectors.filter(updated_at__gte=since) if since else vectors).count()

    def counts(self, family: str) -> Counts:
        vectors = _vectors(family).count()
        return Counts(vectors, _rows(family).count() - vectors)

    def newest(self, family: str) -> datetime | None:
        return _vectors(family).order_by("-updated_at").values_list("updated_at", flat=True).first()

    def problems(self, family: str, *, offset: int = 0, limit: int = 50) -> list[Problem]:
        rows = _problems(family).order_by("-updated_at", "-pk").values_list("track_id", "problem", "updated_at")
        return [Problem(*row) for row in rows[offset : offset + limit]]

    def _problem_counts(self, family: str) -> Iterable[tuple[str, int]]:
        return _problems(family).values_list("problem").annotate(Count("pk")).order_by()

    def forget_problems(self, family: str, track_ids: Iterable[int] | None = None) -> int:
        if track_ids is None:
            return _problems(family).delete()[0]
        return sum(_problems(family).filter(track__in=ids).delete()[0] for ids in batches(track_ids))

    def forget(self, track_ids: Iterable[int]) -> None:
        for ids in batches(track_ids):
            TrackFeatures.objects.filter(track__in=ids).delete()

    def sweep(self) -> int:
        return 0  # rows go with their track

    def close(self) -> None:
        pass  # connections are Django's


def _rows(family: str) -> QuerySet[TrackFeatures]:
    WIDTHS[family]
    return TrackFeatures.objects.filter(family=family)


def _vectors(family: str) -> QuerySet[TrackFeatures]:
    return _rows(family).filter(vector__isnull=False)


def _problems(family: str) -> QuerySet[TrackFeatures]:
    return _rows(family).filter(vector__isnull=True)


def _upsert(rows: list[TrackFeatures]) -> None:
    TrackFeatures.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["family", "track"],
        update_fields=["vector", "problem", "updated_at"],
    )
