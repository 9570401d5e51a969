"""One model's word on one listener: which tracks are worth a closer look, what speaks for each, and why."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

import numpy as np

from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason
from recommender.online.taste import Taste

Ranked = tuple[np.ndarray, np.ndarray]

NOTHING: Ranked = np.zeros(0, dtype=np.int64), np.zeros(0)


class Kind(StrEnum):
    """What a source speaks from. One that speaks from listeners has little to say of who has done little."""

    LISTENERS = "listeners"
    SOUND = "sound"
    CHARACTER = "character"
    POPULARITY = "popularity"


class Source(ABC):
    """Made for one listener and one look at them."""

    kind: ClassVar[Kind]

    def __init__(self, algorithm: str, run_id: int, taste: Taste, catalogue: Catalogue) -> None:
        self.algorithm = algorithm
        self.run_id = run_id
        self.taste = taste
        self.catalogue = catalogue

    @property
    def evidence(self) -> float:
        """The weight, without signs, of what it knew the listener by; asked of the kind LISTENERS alone."""
        return 0.0

    @abstractmethod
    def candidates(self) -> np.ndarray:
        """Ids of the tracks that it would offer, int64; some may not be playable, or be excluded."""

    @abstractmethod
    def scores(self, track_ids: np.ndarray) -> np.ndarray:
        """What speaks for each track (ids ascending), shape (n,): 0 for one it does not know, below 0 for against."""

    @abstractmethod
    def reasons(self, track_ids: list[int]) -> list[Reason]:
        """Why it would offer each of these tracks, to which it gave scores above 0."""

    def alike(self, track_id: int) -> Ranked:
        """Ids and likenesses (above 0) of tracks that go with one; none where it does not know the one."""
        return NOTHING

    def alike_reason(self, track_id: int, other_id: int) -> Reason:
        """Why it would offer `track_id` to somebody who plays `other_id`."""
        raise NotImplementedError


def listed(track_ids: np.ndarray, lists: Sequence[Ranked], decay: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """For each track the highest value in any list, the i-th list's times decay ** i, and which list that was.

    0 and -1 for a track that is in no list, or in none above 0.
    """
    highest, which = np.zeros(len(track_ids)), np.full(len(track_ids), -1)
    if not len(track_ids):
        return highest, which
    for place, (ids, values) in enumerate(lists):
        ours = np.minimum(np.searchsorted(track_ids, ids), len(track_ids) - 1)
        known = track_ids[ours] == ids
        ours, values = ours[known], values[known] * decay**place
        better = values > highest[ours]
        highest[ours[better]] = values[better]
        which[ours[better]] = place
    return highest, which
