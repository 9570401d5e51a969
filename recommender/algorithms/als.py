"""Collaborative filtering: Spark's ALS on implicit feedback, and what its item factors say online."""

import json
from pathlib import Path

import numpy as np
from django.conf import settings

from recommender import artefacts
from recommender.algorithms import spark_als
from recommender.algorithms.base import Algorithm, NothingToTrainOn
from recommender.algorithms.fold_in import FoldedIn, fold_in
from recommender.interactions import Interactions
from recommender.models import ModelRun

IDS, FACTORS, META = "item_ids.npy", "item_factors.npy", "meta.json"


class Als(Algorithm):
    """Item factors Y (float32, shape (n, rank)), row by row for `track_ids` (int64, ascending)."""

    name = ModelRun.Algorithm.ALS

    def __init__(
        self,
        published: artefacts.Published,
        track_ids: np.ndarray,
        factors: np.ndarray,
        *,
        alpha: float,
        reg_param: float,
    ) -> None:
        super().__init__(published)
        self.track_ids = track_ids
        self.factors = factors
        self._alpha, self._reg_param = alpha, reg_param
        self._gram = (factors.T @ factors).astype(np.float64)
        self._lengths = np.maximum(np.linalg.norm(factors, axis=1), np.finfo(np.float32).tiny)

    @classmethod
    def train(cls, interactions: Interactions) -> ModelRun:
        """Train on prepared interactions, and publish; raises NothingToTrainOn for fewer than two listeners."""
        if len(interactions.listener_ids) < 2:
            raise NothingToTrainOn(
                "collaborative filtering needs tracks that two listeners or more have played, "
                f"not {len(interactions.listener_ids)}"
            )
        params = spark_als.Params(rank=settings.ALS_RANK)
        with artefacts.training(cls.name, params.as_dict()) as (run, folder):
            run.data = {
                "plays": interactions.plays,
                "interactions": len(interactions),
                "listeners": len(interactions.listener_ids),
                "tracks": len(interactions.track_ids),
            }
            _, items = spark_als.fit(interactions, params)
            cls.write(folder, interactions.track_ids, items, alpha=params.alpha, reg_param=params.reg_param)
        return run

    @staticmethod
    def write(folder: Path, track_ids: np.ndarray, factors: np.ndarray, *, alpha: float, reg_param: float) -> None:
        np.save(folder / IDS, track_ids.astype(np.int64))
        np.save(folder / FACTORS, np.ascontiguousarray(factors, dtype=np.float32))
        (folder / META).write_text(json.dumps({"alpha": alpha, "reg_param": reg_param}))

    @classmethod
    def load(cls, published: artefacts.Published) -> "Als":
        return cls(
            published,
            np.load(published.folder / IDS),
            # Mapped, so that the processes of one machine share it.
            np.load(published.folder / FACTORS, mmap_mode="r").view(np.ndarray),
            **json.loads((published.folder / META).read_text()),
        )

    def places(self, track_ids: np.ndarray) -> np.ndarray:
        """The row of each track, -1 for one that the model does not know."""
        found = np.searchsorted(self.track_ids, track_ids).clip(max=len(self.track_ids) - 1)
        return np.where(self.track_ids[found] == track_ids, found, -1)

    def fold_in(self, track_ids: np.ndarray, weights: np.ndarray) -> FoldedIn:
        """The listener of these interactions, as training would have seen them; tracks not known are passed over."""
        places = self.places(track_ids)
        known = places >= 0
        return fold_in(
            self._gram,
            self.factors[places[known]].astype(np.float64),
            track_ids[known],
            weights[known],
            alpha=self._alpha,
            reg_param=self._reg_param,
        )

    def scores(self, listener: FoldedIn) -> np.ndarray:
        """How much the listener is expected to prefer each track, float32, shape (n,): near 1 for sure, near 0 not."""
        return self.factors @ listener.factors

    def similarities(self, track_id: int) -> np.ndarray | None:
        """The cosine of each track's factors with this one's, float32, shape (n,); None for a track not known."""
        (place,) = self.places(np.array([track_id]))
        if place < 0:
            return None
        return (self.factors @ self.factors[place]) / (self._lengths * self._lengths[place])


def als() -> Als | None:
    return Als.current()
