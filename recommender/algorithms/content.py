"""Tracks that are alike: a family of the feature store's vectors, transformed, under an index of nearest neighbours.

Training reads the whole matrix once, fits the transform, and builds the index aside, chosen by measuring it against
exact search on these very vectors, before it is published. An index cannot grow; tracks whose features came later are
few, and are compared one by one until the next training takes them in.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Protocol, Self, TypeVar

import numpy as np
from django.utils.translation import gettext_noop as _

from recommender import artefacts
from recommender.algorithms.base import Algorithm, NothingToTrainOn
from recommender.algorithms.newer import Newer
from recommender.features.columns import ECHONEST_COLUMNS, digest
from recommender.features.origin import Origin
from recommender.features.snapshot import Snapshot
from recommender.features.store import FeatureStoreUnavailable, feature_store
from recommender.features.transform import KEPT_VARIANCE, MOST_DIMENSIONS, Transform, TransformMismatch
from recommender.models import ModelRun
from recommender.vectors import choice
from recommender.vectors.base import VectorIndex

logger = logging.getLogger(__name__)

# Tracks that are new to an index are compared one by one; from this share on, a new index is cheaper.
CHANGED_SHARE = 0.05
# Lists of neighbours that are remembered, of 700 bytes or so: of a listener's seeds one changes at a time.
REMEMBERED = 8_192

# What a listener calls Echo Nest's features: "like that one in …".
CHARACTERISTICS = {
    "acousticness": _("acoustic sound"),
    "danceability": _("danceability"),
    "energy": _("energy"),
    "instrumentalness": _("vocals"),
    "liveness": _("live feel"),
    "speechiness": _("spoken word"),
    "tempo": _("tempo"),
    "valence": _("mood"),
}


class Space(Protocol):
    """What raw features become before they are compared: `Transform`, and whatever else is fitted and kept like it."""

    dimensions: int
    explained_variance: float

    @classmethod
    def fit(cls, matrix: np.ndarray, *, origin: Origin) -> Self: ...

    @classmethod
    def load(cls, folder: Path, family: str) -> Self: ...

    def __call__(self, matrix: np.ndarray) -> np.ndarray: ...

    def save(self, folder: Path) -> None: ...


class Content(Algorithm):
    """By sound: FMA's features. The index and its transform never change; `newer` takes in what came since."""

    name = ModelRun.Algorithm.CONTENT
    unusable = (TransformMismatch,)
    family: ClassVar[str] = "fma"
    space: ClassVar[type[Space]] = Transform
    params: ClassVar[dict] = {"kept_variance": KEPT_VARIANCE, "most_dimensions": MOST_DIMENSIONS}
    limits: ClassVar[choice.Limits] = choice.Limits()

    def __init__(
        self, published: artefacts.Published, transform: Space, index: VectorIndex, trained_at: datetime
    ) -> None:
        super().__init__(published)
        self.transform = transform
        self.index = index
        self.newer = Newer(
            feature_store(), self.family, transform, lambda ids: np.isin(ids, index.ids), since=trained_at
        )
        self.newer.look()
        self._near = lru_cache(REMEMBERED)(self._look_up)

    @classmethod
    def train(cls) -> ModelRun:
        """Fit a transform on all tracks with features, index them, and publish; returns the run.

        An index that finds too little is rejected where there is one that serves: few tracks are new to that one, and
        they are compared one by one. Raises NothingToTrainOn for fewer than two tracks, and FeatureStoreUnavailable.
        """
        store = feature_store()
        count = store.count(cls.family)
        if count < 2:
            raise NothingToTrainOn(f"likeness by {cls.family} needs the features of two tracks or more, not {count}")
        with artefacts.training(cls.name, {"family": cls.family} | cls.params) as (run, folder):
            read = Snapshot.of(store, cls.family, folder)
            transform = cls.space.fit(read.matrix, origin=Origin.now(run.pk, cls.family, read.ids))
            transform.save(folder)
            figures = choice.build(folder, read.ids, transform(read.matrix), cls.limits)
            run.data = {
                "tracks": len(read.ids),
                "fitted_on": len(read.ids),
                "gaps": read.gaps,
                "columns": digest(cls.family),
            }
            run.metrics = {
                "dimensions": transform.dimensions,
                "explained_variance": round(transform.explained_variance, 4),
                **figures,
            }
            cls._look_at_recall(figures)
        return run

    @classmethod
    def _look_at_recall(cls, figures: dict) -> None:
        """Raises Rejected for an index below the floor, if another one can go on to serve."""
        if choice.finds_enough(figures):
            return
        if champion := cls.current():
            raise artefacts.Rejected(
                f"run {champion.run_id} goes on to serve, as of the new index {figures['warning']}"
            )

    @classmethod
    def load(cls, published: artefacts.Published) -> Self:
        """Raises TransformMismatch for files of other features than today's, or that are gone."""
        run = ModelRun.objects.get(pk=published.run_id)
        transform = cls.space.load(published.folder, cls.family)
        index = choice.load(published.folder)
        if index.dimensions != transform.dimensions:
            raise TransformMismatch(
                f"{published.folder}: the index has {index.dimensions} dimensions, and the transform "
                f"{transform.dimensions}; train anew"
            )
        return cls(published, transform, index, run.started_at)

    @classmethod
    def is_due(cls) -> bool:
        """Whether enough tracks are new, gone or analysed anew since the run in use began for building anew to pay.

        Not while the store is away, which is logged.
        """
        try:
            return cls._has_changed()
        except FeatureStoreUnavailable as error:
            logger.warning("%s cannot be trained: %s", cls.name, error)
            return False

    @classmethod
    def _has_changed(cls) -> bool:
        store, model = feature_store(), cls.current()
        count = store.count(cls.family)
        if model is None:
            return count >= 2
        # The run in use, or one that was rejected in its favour since: that one has looked at the tracks too.
        looked = (ModelRun.Status.PUBLISHED, ModelRun.Status.REJECTED)
        runs = ModelRun.objects.filter(algorithm=cls.name, pk__gte=model.run_id, status__in=looked)
        run = runs.latest("pk")
        gone = max(0, run.data["tracks"] - count)
        changed = gone + store.count(cls.family, since=run.started_at)
        return changed >= max(1, CHANGED_SHARE * run.data["tracks"]) and count >= 2

    def similar(self, track_id: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and cosine similarities of the k tracks that are most like one; none where it has no features."""
        (found,) = self.similar_to_each([track_id], k)
        return found

    def similar_to_each(self, track_ids: Sequence[int], k: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """As `similar`, for each of the tracks in their order; the store is asked once at most."""
        vectors = self.vectors(track_ids)
        return [self._others(track_id, vectors.get(track_id), k) for track_id in track_ids]

    def _others(self, track_id: int, vector: np.ndarray | None, k: int) -> tuple[np.ndarray, np.ndarray]:
        if vector is None:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        near = self._near(track_id, k + 1) or self.index.neighbours(vector, k + 1)
        ids, similarities = self._with_newer(near, vector, k + 1)
        others = ids != track_id
        return ids[others][:k], similarities[others][:k]

    def neighbours(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and cosine similarities of the k tracks nearest to a transformed vector, the most similar first.

        A track may have been deleted, or become unplayable, since the training.
        """
        return self._with_newer(self.index.neighbours(vector, k), vector, k)

    def _look_up(self, track_id: int, k: int) -> tuple[np.ndarray, np.ndarray] | None:
        """What the index has nearest to one of its own tracks, which never changes; None for another's."""
        vector = self.index.vectors([track_id]).get(track_id)
        return None if vector is None else self.index.neighbours(vector, k)

    def _with_newer(
        self, near: tuple[np.ndarray, np.ndarray], vector: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        ids, similarities = near
        newer = self.newer.index
        if newer is None:
            return ids, similarities
        newer_ids, newer_similarities = newer.neighbours(vector, k)
        ids = np.concatenate([ids, newer_ids])
        similarities = np.concatenate([similarities, newer_similarities])
        best = np.argsort(-similarities, kind="stable")[:k]
        return ids[best], similarities[best]

    def vectors(self, track_ids: Iterable[int]) -> dict[int, np.ndarray]:
        """Transformed vectors, float32 of shape (dimensions,), of those of the tracks that have features.

        While the store is away, which is logged, of those only that the model has taken in.
        """
        wanted = list(track_ids)
        found = self.index.vectors(wanted)
        return found | self.newer.vectors([track_id for track_id in wanted if track_id not in found])


class Character(Content):
    """By character: tempo, energy, mood … as Echo Nest and Spotify measure them."""

    name = ModelRun.Algorithm.CHARACTER
    family = "echonest"

    def in_common(self, track_id: int, other_id: int, most: int = 2) -> list[str]:
        """In which features two tracks are alike: up to `most`, by what each adds to the cosine, the most first.

        None where one of the tracks has no features.
        """
        vectors = self.vectors([track_id, other_id])
        if len(vectors) < 2:
            return []
        # Back along the components, to what each column has in the vectors of length 1.
        columns, others = (vector @ self.transform.components for vector in vectors.values())
        adds = columns * others
        best = np.argsort(-adds, kind="stable")[:most]
        return [CHARACTERISTICS[ECHONEST_COLUMNS[place][-1]] for place in best if adds[place] > 0]


Model = TypeVar("Model", bound=Content)


def content() -> Content | None:
    """The model of sound in use, aware of the tracks that came up to some seconds ago; None before the first one."""
    return aware(Content.current())


def character() -> Character | None:
    """As `content`, by character."""
    return aware(Character.current())


def aware(model: Model | None) -> Model | None:
    """The same model, having looked for newer tracks if it did not lately."""
    if model:
        model.newer.look()
    return model
