"""From one feature store to another: vectors, and the problems that say why there are none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from recommender.features.store import FeatureStore, batches
from streaming.models import Track

# Called with how many more tracks are done.
Progress = Callable[[int], object]


@dataclass(frozen=True)
class Comparison:
    """Of one store's vectors and problems, how many another has just so.

    Of the rest, `unknown` are of tracks that the catalogue does not have, and `different` are of tracks that it has.
    """

    vectors: int
    problems: int
    unknown: int
    different: int


def copy(source: FeatureStore, target: FeatureStore, family: str, *, progress: Progress = lambda done: None) -> None:
    """Put all that the source has of a family's tracks in place of what the target has of them.

    What the target has of other tracks stays. May be stopped and repeated: what is there already is not written again.
    Tracks that the catalogue does not have are left out. Raises FeatureStoreUnavailable where either store is.
    """
    for ids, vectors in source.matrix(family):
        target.put(family, dict(zip(ids.tolist(), vectors, strict=True)))
        progress(len(ids))
    there = _reasons(target, family)
    for track_id, reason in _reasons(source, family).items():
        if there.get(track_id) != reason:
            target.put_problem(family, track_id, reason)
        progress(1)


def compare(
    source: FeatureStore, target: FeatureStore, family: str, *, progress: Progress = lambda done: None
) -> Comparison:
    """Read a family back from both, value by value; raises FeatureStoreUnavailable where either is."""
    same, others = 0, []
    for ids, vectors in source.matrix(family):
        found = target.get(family, ids)
        equal = [np.array_equal(vector, found.get(pk)) for pk, vector in zip(ids.tolist(), vectors, strict=True)]
        same += sum(equal)
        others += ids[~np.array(equal)].tolist()
        progress(len(ids))
    wanted, there = _reasons(source, family), _reasons(target, family)
    differing = [track_id for track_id, reason in wanted.items() if there.get(track_id) != reason]
    progress(len(wanted))
    unknown = _unknown([*others, *differing])
    return Comparison(same, len(wanted) - len(differing), unknown, len(others) + len(differing) - unknown)


def _reasons(store: FeatureStore, family: str) -> dict[int, str]:
    return {problem.track_id: problem.reason for problem in store.all_problems(family)}


def _unknown(track_ids: Iterable[int]) -> int:
    """How many of them the catalogue does not have."""
    return sum(len(ids) - Track.objects.filter(pk__in=ids).count() for ids in batches(track_ids))
