"""Where the feature vectors of tracks are kept: one interface, and the store that a URL names."""

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from itertools import islice

import numpy as np
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from recommender.features.columns import WIDTHS

# scheme of the URL: where its store is. Imported on use, so that no store's library is needed for another's.
STORES = {
    "embedded": "recommender.features.embedded.EmbeddedFeatureStore",
    "mongodb": "recommender.features.mongo.MongoFeatureStore",
}
# Tracks dealt with in one statement; SQLite takes at most 999 parameters in old versions.
BATCH = 900
# Characters kept of the reason why a track has no vector.
LONGEST_REASON = 500


class FeatureStoreUnavailable(Exception):
    """The store did not do what it was asked; the message says which store and why, without its password.

    What it acknowledged before is kept. Every method of a store may raise it.
    """


@dataclass(frozen=True)
class Problem:
    """Why a track has no vector, and since when that is known."""

    track_id: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class Counts:
    """How many tracks have a vector, and how many a problem instead."""

    vectors: int
    problems: int


class FeatureStore(ABC):
    """Per family (a key of `WIDTHS`) and track: a vector of float32, or the reason why there is none.

    Vectors are finite. Track ids are those of the catalogue; a family that is not known raises KeyError. May be shared
    by threads. A store tells moments apart to the millisecond at least, and rounds so that `since` leaves nothing out.
    """

    # Whether features go with their track by themselves; where not, `forget` and `sweep` see to it.
    follows_catalogue: bool

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = without_secrets(url)

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
        return sum(
            self._put(family, {track_id: vectors[track_id].astype("<f4").tobytes() for track_id in ids})
            for ids in batches(vectors)
        )

    @abstractmethod
    def _put(self, family: str, vectors: dict[int, bytes]) -> int:
        """As `put`, for up to BATCH tracks and of float32 in little-endian order."""

    def put_problem(self, family: str, track_id: int, reason: str) -> None:
        """Keep why a track has no vector, in place of what was there; nothing for a track that does not exist.

        What follows the first ":" of a reason are details: `problem_reasons` counts without them.
        """
        WIDTHS[family]
        self._put_problem(family, track_id, reason[:LONGEST_REASON])

    @abstractmethod
    def _put_problem(self, family: str, track_id: int, reason: str) -> None: ...

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
    def count(self, family: str, *, since: datetime | None = None) -> int:
        """How many tracks have a vector, or one that was put at or after `since`."""

    @abstractmethod
    def counts(self, family: str) -> Counts: ...

    @abstractmethod
    def newest(self, family: str) -> datetime | None:
        """When the last vector was put; None where there is none."""

    @abstractmethod
    def problems(self, family: str, *, offset: int = 0, limit: int = 50) -> list[Problem]:
        """Up to `limit` problems after the first `offset`, the newest first."""

    def all_problems(self, family: str) -> Iterator[Problem]:
        """Every problem, the newest first, read a page at a time."""
        offset = 0
        while page := self.problems(family, offset=offset, limit=BATCH):
            yield from page
            offset += len(page)

    def problem_reasons(self, family: str) -> dict[str, int]:
        """How many tracks have each problem, the most frequent first; without what follows a reason's first ":"."""
        WIDTHS[family]
        kinds: Counter[str] = Counter()
        for reason, tracks in self._problem_counts(family):
            kinds[reason.partition(":")[0]] += tracks
        return dict(sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0])))

    @abstractmethod
    def _problem_counts(self, family: str) -> Iterable[tuple[str, int]]:
        """Each reason as it was put, and how many tracks have it."""

    @abstractmethod
    def forget_problems(self, family: str, track_ids: Iterable[int] | None = None) -> int:
        """Drop the problems of these tracks, or (None) of all, so that they are tried again; returns how many."""

    @abstractmethod
    def forget(self, track_ids: Iterable[int]) -> None:
        """Drop all that is kept of these tracks, in every family."""

    @abstractmethod
    def sweep(self) -> int:
        """Drop what is kept of tracks that the catalogue no longer has; returns of how many.

        `forget` follows each deletion; this is for those of a time when the store was away.
        """

    @abstractmethod
    def close(self) -> None:
        """Give back connections; a store that is used again connects anew."""


def feature_store(url: str | None = None) -> FeatureStore:
    """The store that a URL names, settings.FEATURE_STORE_URL where none is given; one a URL and process.

    Raises ImproperlyConfigured for a URL that no store can be made of. Whether the store is there shows on its use.
    """
    if url is not None:
        return _store(url)
    try:
        return _store(settings.FEATURE_STORE_URL)
    except ImproperlyConfigured as error:
        raise ImproperlyConfigured(f"FEATURE_STORE_URL: {error}") from None


@cache
def _store(url: str) -> FeatureStore:
    scheme = url.partition(":")[0]
    if scheme not in STORES:
        raise ImproperlyConfigured(
            f"{without_secrets(url)!r} is no feature store's URL, which is embedded: or mongodb://HOST/DATABASE"
        )
    module, name = STORES[scheme].rsplit(".", 1)
    return getattr(import_module(module), name)(url)


def without_secrets(url: str) -> str:
    """The URL without user, password and options, as it may be shown and logged."""
    return re.sub(r":(//)?.*@", r":\1", url, flags=re.DOTALL).partition("?")[0]


def batches(ids: Iterable[int], size: int = BATCH) -> Iterator[tuple[int, ...]]:
    """Python's own integers, whatever integers the ids were."""
    remaining = iter(ids)
    while batch := tuple(map(int, islice(remaining, size))):
        yield batch
