"""Choosing from a ranking without more of the same: artists are spread, and genres kept in the listener's proportions.

Proportions as in Steck, "Calibrated Recommendations" (RecSys 2018): greedily, each next track is the one with the most
left of its score (at most 1) when OVERDRAWN times the share of the shelf is taken off by which its genre would exceed
what it has in the listener's taste. So a few tracks of another genre may come in, and much better ones in any number.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from math import inf

import numpy as np

# Tracks a shelf.
LENGTH = 20
# Tracks of one artist a shelf.
PER_ARTIST = 2
OVERDRAWN = 1.0


def spread(ranked: Iterable[tuple[int, int]], length: int) -> list[int]:
    """The first `length` things of pairs (thing, artist id), without more than PER_ARTIST of an artist."""
    chosen: list[int] = []
    artists: Counter[int] = Counter()
    for thing, artist in ranked:
        if len(chosen) == length:
            break
        if artists[artist] < PER_ARTIST:
            artists[artist] += 1
            chosen.append(thing)
    return chosen


def calibrated(
    scores: np.ndarray, artists: np.ndarray, genres: np.ndarray, wanted: Mapping[int, float], length: int = LENGTH
) -> list[int]:
    """Places of up to `length` of n tracks, shape (n,) all, in the order to show them; `wanted` are shares by genre id.

    A track without a score above 0 is not chosen.
    """
    good = np.flatnonzero(scores > 0)
    if not len(good):
        return []
    ranked = good[np.argsort(-scores[good], kind="stable")]
    kinds, members = np.unique(genres[ranked], return_inverse=True)
    # Of whom nothing is known, nothing is asked for.
    shares = [wanted.get(kind, 0.0) if wanted else 1.0 for kind in kinds.tolist()]
    rest = [deque(ranked[members == kind].tolist()) for kind in range(len(kinds))]
    return _greedy(rest, (scores / scores[ranked[0]]).tolist(), artists.tolist(), shares, length)


def _greedy(
    rest: list[deque[int]], scores: list[float], artists: list[int], shares: list[float], length: int
) -> list[int]:
    """`rest` holds each genre's places, the best first; it is used up."""
    chosen: list[int] = []
    per_artist: Counter[int] = Counter()
    counts = [0] * len(rest)
    while len(chosen) < length:
        best, highest = -1, -inf
        for kind, places in enumerate(rest):
            while places and per_artist[artists[places[0]]] >= PER_ARTIST:
                places.popleft()
            if places:
                left = scores[places[0]] - OVERDRAWN * max((counts[kind] + 1) / length - shares[kind], 0.0)
                if left > highest:
                    best, highest = kind, left
        if best < 0:
            break
        place = rest[best].popleft()
        counts[best] += 1
        per_artist[artists[place]] += 1
        chosen.append(place)
    return chosen
