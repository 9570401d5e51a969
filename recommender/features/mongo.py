"""The feature store that is a MongoDB database: one document a track, in it one a family.

    {_id: 17, fma: {vector: <float32, little endian>, at: <date>}, echonest: {problem: "…", failed_at: <date>}}

`at` comes with a vector and `failed_at` with a problem, and each has an index that holds the track's id too: to count
tracks, or to tell which are known, no vector is read. The database is one catalogue's own.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import numpy as np
from django.utils import timezone
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from recommender.features.columns import WIDTHS
from recommender.features.mongo_connection import Document, MongoConnection
from recommender.features.store import BATCH, Counts, FeatureStore, Problem, batches
from streaming.models import Track

logger = logging.getLogger(__name__)

COLLECTION = "features"
# Any date is after it: a range that an index of documents with a date can answer, which "exists" cannot.
EVER = datetime(1970, 1, 1, tzinfo=UTC)
IDS_ONLY = {"_id": True}


class MongoFeatureStore(FeatureStore):
    follows_catalogue = False

    def __init__(self, url: str) -> None:
        super().__init__(url)
        indexes = [_index(f"{family}.{time}") for family in WIDTHS for time in ("at", "failed_at")]
        self._connection = MongoConnection(url, COLLECTION, indexes)

    def _put(self, family: str, vectors: dict[int, bytes]) -> int:
        known = _in_catalogue(vectors)
        stored = self._vectors(family, list(known))
        now = timezone.now()
        writes = [
            UpdateOne({"_id": track_id}, {"$set": {family: {"vector": vector, "at": now}}}, upsert=True)
            for track_id, vector in vectors.items()
            if track_id in known and vector != stored.get(track_id)
        ]
        if writes:
            with self._connection.collection() as features:
                features.bulk_write(writes, ordered=False)
        return len(known)

    def _put_problem(self, family: str, track_id: int, reason: str) -> None:
        if _in_catalogue([track_id]):
            problem = {family: {"problem": reason, "failed_at": timezone.now()}}
            with self._connection.collection() as features:
                features.update_one({"_id": track_id}, {"$set": problem}, upsert=True)

    def get(self, family: str, track_ids: Iterable[int]) -> dict[int, np.ndarray]:
        WIDTHS[family]
        return {
            track_id: np.frombuffer(vector, dtype="<f4")
            for ids in batches(track_ids)
            for track_id, vector in self._vectors(family, ids).items()
        }

    def _vectors(self, family: str, track_ids: Iterable[int]) -> dict[int, bytes]:
        with self._connection.collection() as features:
            found = features.find({"_id": {"$in": list(track_ids)}}, {f"{family}.vector": True}, batch_size=BATCH)
            return {features["_id"]: features[family]["vector"] for features in found if features.get(family)}

    def missing(self, family: str, limit: int) -> list[int]:
        known = {*self._ids(_since(family, EVER)), *self._ids(_failed(family))}
        playable = Track.objects.playable().order_by("-pk").values_list("pk", flat=True)
        return [track_id for track_id in playable if track_id not in known][:limit]

    def _ids(self, condition: Document) -> list[int]:
        """Of the tracks of a condition that an index answers by itself."""
        with self._connection.collection() as features:
            return [track["_id"] for track in features.find(condition, IDS_ONLY, batch_size=100_000)]

    def matrix(
        self, family: str, *, since: datetime | None = None, block: int = 4_096
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        WIDTHS[family]
        return self._changed(family, since, block) if since else self._all(family, block)

    def _all(self, family: str, block: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        last = 0
        # A query a block, each from where the last one ended: no cursor waits while a block is worked on.
        while found := self._after(family, last, block):
            last = found[-1]["_id"]
            yield _block(family, {track["_id"]: track[family]["vector"] for track in found})

    def _after(self, family: str, track_id: int, block: int) -> list[Document]:
        condition = {"_id": {"$gt": track_id}} | _since(family, EVER)
        with self._connection.collection() as features:
            found = features.find(condition, {f"{family}.vector": True}, batch_size=block, limit=block)
            return list(found.sort("_id", ASCENDING).hint("_id_"))

    def _changed(self, family: str, since: datetime, block: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for ids in batches(sorted(self._ids(_since(family, since))), block):
            if found := self._vectors(family, ids):
                yield _block(family, dict(sorted(found.items())))

    def count(self, family: str, *, since: datetime | None = None) -> int:
        return self._count(_since(family, since or EVER))

    def counts(self, family: str) -> Counts:
        return Counts(self.count(family), self._count(_failed(family)))

    def _count(self, condition: Document) -> int:
        with self._connection.collection() as features:
            return features.count_documents(condition)

    def newest(self, family: str) -> datetime | None:
        place = f"{family}.at"
        with self._connection.collection() as features:
            newest = features.find_one(_since(family, EVER), {"_id": False, place: True}, sort=[(place, DESCENDING)])
        return newest[family]["at"] if newest else None

    def problems(self, family: str, *, offset: int = 0, limit: int = 50) -> list[Problem]:
        if limit < 1:
            return []  # to MongoDB, 0 is no limit
        newest_first = [(f"{family}.failed_at", DESCENDING), ("_id", DESCENDING)]
        with self._connection.collection() as features:
            found = list(features.find(_failed(family), {family: True}, sort=newest_first, skip=offset, limit=limit))
        return [Problem(track["_id"], track[family]["problem"], track[family]["failed_at"]) for track in found]

    def _problem_counts(self, family: str) -> Iterable[tuple[str, int]]:
        grouped = {"$group": {"_id": f"${family}.problem", "tracks": {"$sum": 1}}}
        with self._connection.collection() as features:
            return [
                (kind["_id"], kind["tracks"]) for kind in features.aggregate([{"$match": _failed(family)}, grouped])
            ]

    def forget_problems(self, family: str, track_ids: Iterable[int] | None = None) -> int:
        if track_ids is None:
            return self._unset(family, _failed(family))
        return sum(self._unset(family, {"_id": {"$in": list(ids)}} | _failed(family)) for ids in batches(track_ids))

    def _unset(self, family: str, condition: Document) -> int:
        with self._connection.collection() as features:
            return features.update_many(condition, {"$unset": {family: True}}).modified_count

    def forget(self, track_ids: Iterable[int]) -> None:
        for ids in batches(track_ids):
            with self._connection.collection() as features:
                features.delete_many({"_id": {"$in": list(ids)}})

    def sweep(self) -> int:
        if not Track.objects.exists():
            logger.warning("%s is not swept: the catalogue has no track at all; is DATABASE_URL right?", self.name)
            return 0
        removed, last = 0, 0
        while ids := self._all_ids(after=last):
            last = ids[-1]
            # The store was asked first: whatever is put meanwhile has its track in the catalogue.
            gone = set(ids) - _in_catalogue(ids)
            self.forget(gone)
            removed += len(gone)
        return removed

    def _all_ids(self, *, after: int) -> list[int]:
        with self._connection.collection() as features:
            found = features.find({"_id": {"$gt": after}}, IDS_ONLY, batch_size=BATCH, limit=BATCH)
            return [track["_id"] for track in found.sort("_id", ASCENDING)]

    def close(self) -> None:
        self._connection.close()


def _index(time: str) -> IndexModel:
    """Of the documents that have this time, by it, and with the ids."""
    return IndexModel([(time, ASCENDING), ("_id", ASCENDING)], partialFilterExpression={time: {"$exists": True}})


def _since(family: str, moment: datetime) -> Document:
    """Tracks whose vector was put at or after a moment; both are cut to the millisecond."""
    WIDTHS[family]
    return {f"{family}.at": {"$gte": moment}}


def _failed(family: str) -> Document:
    """Tracks with a problem."""
    WIDTHS[family]
    return {f"{family}.failed_at": {"$gte": EVER}}


def _in_catalogue(track_ids: Iterable[int]) -> set[int]:
    return set(Track.objects.filter(pk__in=track_ids).values_list("pk", flat=True))


def _block(family: str, vectors: dict[int, bytes]) -> tuple[np.ndarray, np.ndarray]:
    values = np.frombuffer(b"".join(vectors.values()), dtype="<f4")
    return np.array(list(vectors)), values.reshape(len(vectors), WIDTHS[family])
