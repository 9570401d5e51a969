"""Tracks that sound alike: the feature store's vectors, transformed, under an index of nearest neighbours.

Training reads the whole matrix, fits the transform, builds the index aside and measures its recall on real vectors
before it is published. An index cannot grow; tracks whose features came later are few, and are compared one by one
until the next training takes them in.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np

from recommender import artefacts
from recommender.algorithms.base import Algorithm, NothingToTrainOn
from recommender.features.store import FeatureStore, feature_store
from recommender.features.transform import DIMENSIONS, Transform
from recommender.models import ModelRun
from recommender.vectors.annoy import AnnoyIndex
from recommender.vectors.base import VectorIndex
from recommender.vectors.exact import ExactIndex
from recommender.vectors.recall import recall

FAMILY = "fma"
TRANSFORM = "transform.npz"
# At most so many tracks are what the transform is fitted on: more change its figures little, and cost memory.
FITTED_ON = 50_000
# Tracks that are new to an index are compared one by one; from this share on, a new index is cheaper.
CHANGED_SHARE = 0.05
RECALL_AT = 10
RECALL_QUERIES = 500
# Seconds for which newer tracks are not looked for again.
REFRESH_SECONDS = 5.0


class Content(Algorithm):
    """The index and its transform never change; what is known of newer tracks is replaced whole by `refresh`."""

    name = ModelRun.Algorithm.CONTENT

    def __init__(
        self, published: artefacts.Published, transform: Transform, index: VectorIndex, trained_at: datetime
    ) -> None:
        super().__init__(published)
        self.transform = transform
        self.index = index
        self._trained_at = trained_at
        self._store = feature_store()
        self.refresh()

    @classmethod
    def train(cls, *, fitted_on: int = FITTED_ON) -> ModelRun:
        """Index all tracks with features, by a transform fitted on a sample of them, and publish.

        Raises NothingToTrainOn for fewer than two tracks.
        """
        store = feature_store()
        count = store.count(FAMILY)
        if count < 2:
            raise NothingToTrainOn(f"likeness of sound needs the features of two tracks or more, not {count}")
        with artefacts.training(cls.name, {"family": FAMILY, "dimensions": DIMENSIONS}) as (run, folder):
            sample = _sample(store, -(-count // fitted_on))
            transform = Transform.fit(sample, version=run.pk)
            transform.save(folder / TRANSFORM)
            ids, vectors = _transformed(store, transform)
            AnnoyIndex.build(folder, ids, vectors)
            run.data = {"tracks": len(ids), "fitted_on": len(sample)}
            run.metrics = {
                "dimensions": vectors.shape[1],
                "explained_variance": round(transform.explained_variance, 4),
                f"recall@{RECALL_AT}": round(_measure(folder, ids, vectors), 4),
            }
        return run

    @classmethod
    def load(cls, published: artefacts.Published) -> "Content":
        run = ModelRun.objects.get(pk=published.run_id)
        transform = Transform.load(published.folder / TRANSFORM)
        return cls(published, transform, AnnoyIndex.load(published.folder), run.started_at)

    @classmethod
    def is_due(cls) -> bool:
        """Whether enough tracks are new, gone or analysed anew since the run in use began for building anew to pay."""
        store = feature_store()
        published = artefacts.current(cls.name)
        if published is None:
            return store.count(FAMILY) >= 2
        run = ModelRun.objects.get(pk=published.run_id)
        enough = max(1, CHANGED_SHARE * run.data["tracks"])
        changed = max(0, run.data["tracks"] - store.count(FAMILY))  # gone
        blocks = store.matrix(FAMILY, since=run.started_at)  # new, or analysed anew
        while changed < enough and (block := next(blocks, None)):
            changed += len(block[0])
        return changed >= enough

    def refresh(self) -> None:
        """Take in the tracks whose features came after the training began."""
        self.refreshed_at = time.monotonic()
        ids, vectors = _transformed(self._store, self.transform, since=self._trained_at)
        new = ~np.isin(ids, self.index.ids)
        self._newer = ExactIndex(ids[new], vectors[new]) if new.any() else None

    def similar(self, track_id: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and cosine similarities of the k tracks that sound most like one; none where it has no features."""
        vector = self.vectors([track_id]).get(track_id)
        if vector is None:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        ids, similarities = self.neighbours(vector, k + 1)
        others = ids != track_id
        return ids[others][:k], similarities[others][:k]

    def neighbours(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and cosine similarities of the k tracks nearest to a transformed vector, the most similar first.

        A track may have been deleted, or become unplayable, since the training.
        """
        ids, similarities = self.index.neighbours(vector, k)
        newer = self._newer
        if newer is None:
            return ids, similarities
        newer_ids, newer_similarities = newer.neighbours(vector, k)
        ids = np.concatenate([ids, newer_ids])
        similarities = np.concatenate([similarities, newer_similarities])
        best = np.argsort(-similarities, kind="stable")[:k]
        return ids[best], similarities[best]

    def vectors(self, track_ids: Iterable[int]) -> dict[int, np.ndarray]:
        """Transformed vectors, float32 of shape (dimensions,), of those of the tracks that have features."""
        wanted = list(track_ids)
        found = self.index.vectors(wanted)
        raw = self._store.get(FAMILY, [track_id for track_id in wanted if track_id not in found])
        return found | {track_id: self.transform(vector[None])[0] for track_id, vector in raw.items()}


def content() -> Content | None:
    """The model in use, aware of the tracks that came up to REFRESH_SECONDS ago; None before the first training."""
    model = Content.current()
    if model and time.monotonic() - model.refreshed_at > REFRESH_SECONDS:
        model.refresh()
    return model


def _sample(store: FeatureStore, step: int) -> np.ndarray:
    """Every vector whose place in the matrix is a multiple of `step`."""
    picked, start = [], 0
    for _, block in store.matrix(FAMILY):
        picked.append(block[start::step])
        start = (start - len(block)) % step
    return np.concatenate(picked)


def _transformed(
    store: FeatureStore, transform: Transform, since: datetime | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Ids (n,) and vectors (n, dimensions) of all tracks with features, or of those with features put since."""
    ids, vectors = [np.empty(0, dtype=np.int64)], [np.empty((0, len(transform.components)), dtype=np.float32)]
    for block_ids, block in store.matrix(FAMILY, since=since):
        ids.append(block_ids)
        vectors.append(transform(block))
    return np.concatenate(ids), np.concatenate(vectors)


def _measure(folder: Path, ids: np.ndarray, vectors: np.ndarray) -> float:
    queries = np.random.default_rng(0).permutation(vectors)[:RECALL_QUERIES]
    return recall(AnnoyIndex.load(folder), ExactIndex(ids, vectors), queries, RECALL_AT)
