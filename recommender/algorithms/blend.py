"""Several models as one: each one's scores, brought to the same scale, times a weight that is learned.

The weights are learned on plays that are held out from the end of each history, as those that make what was really
played there likeliest: McFadden's conditional logit ("Conditional logit analysis of qualitative choice behavior", 1974)
over the items that the models think most of, with weights from 0 up, so that no model counts against what it
recommends. The likelihood has one maximum, and so the same plays give the same weights.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import optimize, sparse

from recommender import spark
from recommender.algorithms.ease import Ease
from recommender.algorithms.factorisation import Factorisation
from recommender.algorithms.most_popular import MostPopular
from recommender.algorithms.scorer import Scorer
from recommender.algorithms.sequence import Sequence
from recommender.histories import Histories

# The last share of each history that is held out, one play at least.
HELD_OUT = 0.2
# Held-out plays that weights are learned from at most, and items that are compared with each: the best by all parts.
MOST_PLAYS = 5_000
BEST = 200
# Listeners scored at a time: a dense row of every item each, for every model.
BLOCK = 256
# Pulls the weights to 0 by as much as one play of this utility does: models that say the same share the weight.
RIDGE = 1.0
SEED = 20_170_301
WEIGHTS = "weights.json"

Fit = Callable[[Histories], Scorer]


class Blend(Scorer):
    """`weights` are from 0 up; those that are learned come to 1."""

    name = "blend"
    PARTS: ClassVar[Mapping[str, type[Scorer]]] = {
        part.name: part for part in (Ease, Sequence, Factorisation, MostPopular)
    }

    def __init__(self, parts: Mapping[str, Scorer], weights: Mapping[str, float]) -> None:
        self.parts, self.weights = dict(parts), dict(weights)

    @classmethod
    def fit(cls, histories: Histories, *, parts: Mapping[str, Fit] | None = None) -> Self:
        """Each part is fitted twice: without what is held out, to learn its weight, and on everything.

        Raises ValueError where no history is long enough to hold anything of it out.
        """
        fits = {name: part.fit for name, part in cls.PARTS.items()} if parts is None else parts
        given, wanted = held_out(histories)
        # Spark is started once for both.
        with spark.kept():
            weights = learned({name: fit(given) for name, fit in fits.items()}, given, wanted)
            return cls({name: fit(histories) for name, fit in fits.items()}, weights)

    def scores(self, histories: Histories) -> np.ndarray:
        found = np.zeros((len(histories), histories.n_items), dtype=np.float32)
        for name, part in self.parts.items():
            if self.weights[name]:
                found += np.float32(self.weights[name]) * standardised(part.scores(histories))
        return found

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        """Each part's on its own scale of that listener, as far as it knows where its scores come from."""
        found = sparse.csr_matrix((len(histories), histories.n_items), dtype=np.float32)
        for name, part in self.parts.items():
            scale = self.weights[name] / _spread(part.scores(histories))
            found = found + sparse.diags_array(scale.ravel()) @ part.shares(histories, item)
        return sparse.csr_matrix(found)

    def save(self, folder: Path) -> None:
        (folder / WEIGHTS).write_text(json.dumps(self.weights))
        for name, part in self.parts.items():
            (folder / name).mkdir()
            part.save(folder / name)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Of the parts that there are by default."""
        weights = json.loads((folder / WEIGHTS).read_text())
        return cls({name: cls.PARTS[name].load(folder / name) for name in weights}, weights)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Each row with mean 0 and deviation 1; 0 where all scores of a row are the same."""
    return (scores - scores.mean(axis=1, keepdims=True)) / _spread(scores)


def _spread(scores: np.ndarray) -> np.ndarray:
    deviations = scores.std(axis=1, keepdims=True)
    # Rounding leaves a little where there is nothing.
    nothing = deviations <= 1e-6 * np.abs(scores).max(axis=1, keepdims=True, initial=0.0)
    return np.where(nothing, np.inf, deviations)


def held_out(histories: Histories, share: float = HELD_OUT, *, in_order: bool = True) -> tuple[Histories, Histories]:
    """What is left of each history, and what is held out of its end, without what was turned away or is left too.

    Histories of which every one ascends by item number tell no order (data sets come sorted so): of these the held-out
    plays are drawn, as they are of all without `in_order`. Raises ValueError where nothing can be held out.
    """
    places = np.arange(len(histories.items))
    if not in_order or _is_sorted(histories):
        places = np.lexsort((np.random.default_rng(SEED).permutation(len(places)), histories.rows))
    wanted = np.zeros(len(places), dtype=bool)
    counts = np.where(histories.lengths > 1, np.maximum(1, (share * histories.lengths).astype(np.int64)), 0)
    from_end = histories.offsets[1:][histories.rows] - np.arange(len(places))
    wanted[places] = from_end <= counts[histories.rows]
    given = histories.kept(~wanted)
    pairs = histories.rows * histories.n_items + histories.items
    new = ~np.isin(pairs, pairs[~wanted]) & (histories.weights > 0)
    if not (wanted & new).any():
        raise ValueError("no history ends with a preferred item that is new in it: there is nothing to learn from")
    return given, histories.kept(wanted & new)


def _is_sorted(histories: Histories) -> bool:
    same = histories.rows[1:] == histories.rows[:-1]
    return bool((np.diff(histories.items)[same] > 0).all())


def learned(parts: Mapping[str, Scorer], given: Histories, wanted: Histories) -> dict[str, float]:
    """The weight of each part, from 0 up, 1 together; equal where the plays tell none of them from chance.

    `parts` are fitted without the `wanted` plays, and scored from the `given` ones of the same listeners. Raises
    FloatingPointError for scores that are not finite.
    """
    choices = [_choices(parts, given.part(*block), wanted.part(*block)) for block in _blocks(wanted)]
    features = np.concatenate([features for features, _ in choices])
    real = np.concatenate([real for _, real in choices])
    weights = _conditional_logit(features, real)
    total = weights.sum()
    weights = weights / total if total > 0 else np.full(len(weights), 1.0 / len(weights))
    return {name: round(float(weight), 6) for name, weight in zip(parts, weights, strict=True)}


def _blocks(wanted: Histories) -> list[tuple[int, int]]:
    """Runs of listeners, as many as have MOST_PLAYS held-out plays between them, spread over all of them."""
    starts = np.arange(0, len(wanted), BLOCK)
    order = np.random.default_rng(SEED).permutation(starts)
    plays = np.array([wanted.part(start, min(start + BLOCK, len(wanted))).lengths.sum() for start in order])
    enough = 1 + int(np.searchsorted(plays.cumsum(), MOST_PLAYS))
    return [(int(start), min(int(start) + BLOCK, len(wanted))) for start in np.sort(order[:enough])]


def _choices(parts: Mapping[str, Scorer], given: Histories, wanted: Histories) -> tuple[np.ndarray, np.ndarray]:
    """Of each held-out play (the first) and the best other items: standardised scores, shape (plays, choices, parts).

    And which of the choices are real, bool, shape (plays, choices). A play that is not among the best itself is left
    out: beside what was chosen for being the best by all parts, it would speak against each of them.
    """
    scores = np.stack([standardised(part.scores(given)) for part in parts.values()], axis=-1)
    if not np.isfinite(scores).all():
        raise FloatingPointError(f"one of {', '.join(parts)} gave scores that are not finite")
    rough = scores.sum(axis=-1)
    rough[given.rows, given.items] = -np.inf
    best = np.argsort(-rough, axis=1, kind="stable")[:, :BEST]
    is_wanted = np.zeros(rough.shape, dtype=bool)
    is_wanted[wanted.rows, wanted.items] = True
    others = np.take_along_axis(~is_wanted & np.isfinite(rough), best, axis=1)
    among = (best[wanted.rows] == wanted.items[:, None]).any(axis=1)
    rows, items = wanted.rows[among], wanted.items[among]
    choices = np.column_stack([items, best[rows]])
    return scores[rows[:, None], choices], np.column_stack([np.ones(len(items), dtype=bool), others[rows]])


def _conditional_logit(features: np.ndarray, real: np.ndarray) -> np.ndarray:
    """The weights from 0 up that make the first of each row of choices likeliest, shape (parts,)."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utilities = np.where(real, features @ weights, -np.inf)
        highest = utilities.max(axis=1, keepdims=True)
        powers = np.exp(utilities - highest)
        sums = powers.sum(axis=1, keepdims=True)
        expected = np.einsum("nc,ncp->p", powers / sums, features)
        likelihood = (utilities[:, :1] - highest - np.log(sums)).sum()
        penalty = RIDGE * weights
        return penalty @ weights / 2 - likelihood, penalty + expected - features[:, 0].sum(axis=0)

    start = np.full(features.shape[-1], 0.5)
    return optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start)).x
