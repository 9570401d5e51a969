"""What a transform was fitted on, so that a vector always says which transform made it."""

import hashlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from django.utils import timezone

from recommender.features import columns


@dataclass(frozen=True)
class Origin:
    """`version` is the model run's id; `columns` and `track_ids` are digests of what was read, in its order."""

    version: int
    family: str
    columns: str
    tracks: int
    track_ids: str
    fitted_at: str

    @classmethod
    def now(cls, version: int, family: str, track_ids: np.ndarray) -> Self:
        ids = hashlib.sha256(np.asarray(track_ids, dtype="<i8").tobytes()).hexdigest()[:16]
        return cls(version, family, columns.digest(family), len(track_ids), ids, timezone.now().isoformat())

    @classmethod
    def of(cls, described: dict) -> Self:
        """From a dictionary that may hold more; raises ValueError where something is missing."""
        try:
            return cls(**{name: described[name] for name in cls.__dataclass_fields__})
        except KeyError as missing:
            raise ValueError(f"{missing} is missing") from missing

    def misfit(self, family: str) -> str | None:
        """Why vectors of a family do not go with this, in words that follow "the transform"; None where they do."""
        if self.family != family:
            return f"was fitted on {self.family} features, and {family} ones are asked for"
        if self.columns != columns.digest(family):
            return f"was fitted on other columns of {family} ({self.columns}) than today's ({columns.digest(family)})"
        return None
