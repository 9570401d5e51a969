"""Our own plays, held out by time: what came last is what has to be foretold from what came before.

The time is the same for all listeners, so that no model knows what others did later. A listener is judged by the tracks
that they came to prefer after it and had not heard before, and only if they had a history by then: without one there is
nothing to foretell from. What is left out is counted by its reason.
"""

import inspect
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories

if TYPE_CHECKING:
    from recommender.pipeline.prepare import Prepared

# The last share of all plays, likes and bans.
SHARE = 0.2
# Listeners judged at most, drawn at random: each costs a score of every track.
LISTENERS = 5_000
SEED = 20_170_301


@dataclass(frozen=True)
class HeldOut:
    """`train` is what came before `at`, of everybody: for fitting on. Of each listener who is judged, `given` is their
    part of it and `truth` the tracks to find, each once. Items are the places of `Prepared.track_ids`.
    """

    at: np.datetime64
    train: "Prepared"
    listener_ids: list[uuid.UUID]
    given: Histories
    truth: Histories
    dropped: dict[str, int]

    def __len__(self) -> int:
        """How many listeners are judged."""
        return len(self.truth)

    def only(self, judged: np.ndarray) -> "HeldOut":
        """Judged by these listeners only, by their places, ascending."""
        ids = [self.listener_ids[one] for one in judged]
        return replace(self, listener_ids=ids, given=_of(self.given, judged), truth=_of(self.truth, judged))

    def about(self) -> dict[str, object]:
        """What was judged, for a person or a run."""
        return {
            "held_out_since": str(self.at.astype("datetime64[s]")),
            "listeners": len(self),
            "held_out": len(self.truth.items),
            "dropped": self.dropped,
        }


class NothingToHoldOut(Exception):
    """Too little was played for anything to be foretold and checked."""


def fitted(scorer: type[Scorer], prepared: "Prepared", **params: float) -> Scorer:
    """Fitted on everybody's histories, and on their sessions if it is one that knows of sessions."""
    knows_sessions = "sessions" in inspect.signature(scorer.fit).parameters
    return scorer.fit(prepared.histories, **params, **({"sessions": prepared.sessions} if knows_sessions else {}))


def kept(prepared: "Prepared", places: np.ndarray) -> "Prepared":
    """The same listeners and tracks with those places of their histories for which the mask is true."""
    return replace(
        prepared,
        histories=prepared.histories.kept(places),
        times=prepared.times[places],
        sessions=prepared.sessions[places],
    )


def held_out(prepared: "Prepared", share: float = SHARE, most: int = LISTENERS) -> HeldOut:
    """Split at the time after which the last `share` of the history lies; `most` listeners are judged at most.

    Raises NothingToHoldOut where nobody can be judged.
    """
    histories = prepared.histories
    if not len(prepared.times):
        raise NothingToHoldOut("nothing was played yet")
    at = np.sort(prepared.times)[int((1 - share) * len(prepared.times))]
    later = prepared.times >= at
    train = kept(prepared, ~later)
    truth, dropped = _to_find(histories.kept(later), train.histories)
    judged = np.flatnonzero(truth.lengths > 0)
    if not len(judged):
        raise NothingToHoldOut(
            f"nobody with a history before {at.astype('datetime64[s]')} preferred a track since that was new to them"
        )
    if len(judged) > most:
        drawn = np.random.default_rng(SEED).choice(judged, most, replace=False)
        dropped["listeners not drawn"] = len(judged) - most
        judged = np.sort(drawn)
    ids = [prepared.listener_ids[one] for one in judged]
    return HeldOut(at, train, ids, _of(train.histories, judged), _of(truth, judged), dropped)


def _to_find(later: Histories, train: Histories) -> tuple[Histories, dict[str, int]]:
    """What each listener came to prefer, of those with a history; the same listeners as in `train`."""
    preferred = later.preferred()
    preferred.sort_indices()
    found = Histories(
        preferred.indices.astype(np.int64),
        preferred.indptr.astype(np.int64),
        preferred.data.astype(np.float32),
        later.n_items,
    )
    width = max(later.n_items, 1)
    known = np.isin(found.rows * width + found.items, train.rows * width + train.items)
    without_history = (train.lengths == 0)[found.rows]
    dropped = {
        "held-out tracks of listeners without a history before": int(without_history.sum()),
        "held-out tracks heard before": int(known.sum()),
    }
    return found.kept(~known & ~without_history), dropped


def _of(histories: Histories, listeners: np.ndarray) -> Histories:
    """Only these listeners, by their places, ascending."""
    wanted = np.zeros(len(histories), dtype=bool)
    wanted[listeners] = True
    inside = wanted[histories.rows]
    offsets = np.concatenate([[0], np.cumsum(histories.lengths[listeners])])
    return Histories(histories.items[inside], offsets, histories.weights[inside], histories.n_items)
