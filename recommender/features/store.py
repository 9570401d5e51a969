"""Where the feature vectors of tracks are kept: one interface, and the store that FEATURE_STORE_URL names."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib import import_module
from urllib.parse import urlsplit

import numpy as np
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from recommender.features.columns import WIDTHS

# scheme of the URL: where its store is. Imported on use, so that no store's library is needed for another's.
STORES = {"embedded": "recommender.features.embedded.EmbeddedFeatureStore"}


class FeatureStore(ABC):
    """Per family (a key of `WIDTHS`) and track: a vector of float32, or the reason why there is none.

    Vectors are finite. Track ids are those of the catalogue; a family that is not known raises KeyError.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def put(self, family: str, vectors: Mapping[int, np.ndarray]) -> int:
        """Keep each track's vector, in place of what was there; returns how many tracks now have theirs.

        Tracks that the catalogue does not have (one may be deleted while it is analysed) are left out. A vector that
        is there already is not written again. Raises ValueError, and keeps none, for a vector of the wrong length or
        with a value that is not finite.
        """
        width = WIDTHS[family]
        for track_id, vector in vectors.items():
            if vector.shape != (width,):
                raise ValueError(f"track {track_id}: {family} vectors have shape ({width},), not {vector.shape}")
            if not np.isfinite(vector).all():
                raise ValueError(f"track {track_id}: the {family} vector has values that are not finite")
        return self._put(family, {track_id: vector.astype("<f4") for track_id, vector in vectors.items()})

    @abstractmethod
    def _put(self, family: str, vectors: dict[int, np.ndarray]) -> int: ...

    @abstractmethod
    def put_problem(self, family: str, track_id: int, reason: str) -> None:
        """Keep why a track has no vector, in place of what was there; nothing for a track that does not exist."""

    @abstractmethod
    def get(self, family: str, track_ids: Iterable[int]) -> dict[int, np.ndarray]:
        """The vectors of those of the tracks that have one."""

    @abstractmethod
    def missing(self, family: str, limit: int) -> list[int]:
        """Up to `limit` playable tracks with neither a vector nor a problem, the newest first."""

    @abstractmethod
    def matrix(
        self, family: str, *, since: datetime | None = None, block: int = 4_096
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All vectors, or those put at or after `since`, by ascending track id and at most `block` at a time.

        Yields ids (int64, shape (n,)) and vectors (float32, shape (n, width)), n > 0.
        """

    @abstractmethod
    def count(self, family: str) -> int:
        """How many tracks have a vector."""


def feature_store() -> FeatureStore:
    """The store that settings.FEATURE_STORE_URL names; raises ImproperlyConfigured for one that is not known."""
    url = settings.FEATURE_STORE_URL
    scheme = urlsplit(url).scheme
    if scheme not in STORES:
        known = ", ".join(f"{name}:" for name in STORES)
        raise ImproperlyConfigured(f"FEATURE_STORE_URL is {url!r}; a URL with one of {known} is needed")
    module, name = STORES[scheme].rsplit(".", 1)
    return getattr(import_module(module), name)(url)
