"""The next item of an ordered history: what goes together, what follows, and in which direction, in one blend.

Each part's score s enters as log(s + floor), so that the blend is a product of experts (Hinton, 1999); a part whose
scores have a sign enters as it is. The weights make the true next item likeliest among a listener's candidates:
McFadden's conditional logit ("Conditional logit analysis of qualitative choice behavior", 1974), by Newton's method.

What is held out to learn them: for one share of the listeners after another, all from the p-th last item on, for p from
1 to POSITIONS, while the other listeners keep their whole histories; the item at that place is the true one. In the end
all parts are fitted on everything.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms.direction import Direction
from recommender.algorithms.ease import Ease
from recommender.algorithms.scorer import Scorer
from recommender.algorithms.sequence import Sequence
from recommender.algorithms.spectral import Spectral
from recommender.histories import Histories

POSITIONS = 4
SHARES = 5
# Items that a history keeps at least when its end is held out.
SHORTEST = 4
# Candidates of each held-out item: those with the highest sums of all parts.
CANDIDATES = 200
# Pulls weights to 0, in held-out items.
RIDGE = 5.0
NEWTON_STEPS = 8
# A part's floor is half of the score that this share of a listener's items stay below, for the median listener.
FLOOR_QUANTILE = 0.97
SEED = 7
META = "next_item.json"

Fit = Callable[[Histories], Scorer]


def _all_pairs(histories: Histories) -> Ease:
    return Ease.fit(histories, l2=200.0, kept=histories.n_items, most=histories.n_items)


PARTS: dict[str, tuple[type[Scorer], Fit]] = {
    "ease": (Ease, _all_pairs),
    "spectral": (Spectral, Spectral.fit),
    "sequence": (Sequence, Sequence.fit),
    "direction": (Direction, Direction.fit),
}
SIGNED = ("direction",)


@dataclass(frozen=True)
class Fold:
    """What is fitted on, and of each listener asked (`listeners`, (n,)) what is left and the true next item (n,)."""

    histories: Histories
    listeners: np.ndarray
    given: Histories
    targets: np.ndarray


@dataclass(frozen=True)
class Choices:
    """Standardised features (targets, candidates, parts), and the place of the true item, -1 where it is none."""

    features: np.ndarray
    chosen: np.ndarray


class NextItem(Scorer):
    """`weights` and `floors` by the name of a part."""

    name: ClassVar[str] = "next-item"

    def __init__(self, parts: Mapping[str, Scorer], weights: Mapping[str, float], floors: Mapping[str, float]) -> None:
        self.parts, self.weights, self.floors = dict(parts), dict(weights), dict(floors)

    @classmethod
    def fit(cls, histories: Histories) -> Self:
        """Raises ValueError where no history is long enough to hold anything of it out."""
        weights, floors = learned(histories)
        return cls({name: fit(histories) for name, (_, fit) in PARTS.items()}, weights, floors)

    def scores(self, histories: Histories) -> np.ndarray:
        """The logarithm of how likely each item is the next, but for a constant of each listener."""
        found = np.zeros((len(histories), histories.n_items), dtype=np.float32)
        for name, part in self.parts.items():
            found += np.float32(self.weights[name]) * _feature(part.scores(histories), self.floors.get(name))
        return found

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        """To first order: what a part adds counts the less, the more it says of the item already."""
        found = sparse.csr_matrix((len(histories), histories.n_items), dtype=np.float32)
        for name, part in self.parts.items():
            scale = np.full(len(histories), self.weights[name])
            if name in self.floors:
                scale = scale / (np.maximum(part.scores(histories)[:, item], 0.0) + self.floors[name])
            found = found + sparse.diags_array(scale) @ part.shares(histories, item)
        return sparse.csr_matrix(found)

    def save(self, folder: Path) -> None:
        (folder / META).write_text(json.dumps({"weights": self.weights, "floors": self.floors}))
        for name, part in self.parts.items():
            (folder / name).mkdir()
            part.save(folder / name)

    @classmethod
    def load(cls, folder: Path) -> Self:
        described = json.loads((folder / META).read_text())
        return cls({name: kind.load(folder / name) for name, (kind, _) in PARTS.items()}, **described)


def learned(histories: Histories) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of the parts, and the floors of those whose scores have no sign."""
    asked = list(folds(histories))
    if not asked:
        raise ValueError(f"no history has {SHORTEST + 1} items: there is nothing to learn weights from")
    scores = [{name: fit(fold.histories).scores(fold.given) for name, (_, fit) in PARTS.items()} for fold in asked]
    floors = {name: _floor([of_fold[name] for of_fold in scores]) for name in PARTS if name not in SIGNED}
    choices = [_choices(fold, of_fold, floors) for fold, of_fold in zip(asked, scores, strict=True)]
    features = np.concatenate([of_fold.features for of_fold in choices])
    spread = features.std(axis=(0, 1))
    spread[spread == 0] = np.inf
    features = (features - features.mean(axis=(0, 1))) / spread
    chosen = np.concatenate([of_fold.chosen for of_fold in choices])
    weights = conditional_logit(features[chosen >= 0], chosen[chosen >= 0]) / spread
    return dict(zip(PARTS, weights.tolist(), strict=True)), floors


def folds(histories: Histories) -> Iterator[Fold]:
    share = np.random.default_rng(SEED).permutation(len(histories)) % SHARES
    from_end = histories.offsets[1:][histories.rows] - np.arange(len(histories.items))
    for position in range(1, POSITIONS + 1):
        for number in range(SHARES):
            listeners = np.flatnonzero((share == number) & (histories.lengths - position >= SHORTEST))
            if not len(listeners):
                continue
            cut = histories.kept((from_end > position) | ~np.isin(histories.rows, listeners))
            given = Histories.of([cut.items[cut.offsets[one] : cut.offsets[one + 1]] for one in listeners], cut.n_items)
            yield Fold(cut, listeners, given, histories.items[histories.offsets[listeners + 1] - position])


def conditional_logit(features: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Weights (parts,) for features (n, candidates, parts) that make candidate `chosen` (n,) likeliest."""
    weights = np.zeros(features.shape[-1])
    observed = features[np.arange(len(features)), chosen].sum(axis=0)
    for _ in range(NEWTON_STEPS):
        utilities = features @ weights
        powers = np.exp(utilities - utilities.max(axis=1, keepdims=True))
        likely = powers / powers.sum(axis=1, keepdims=True)
        means = np.einsum("nc,ncp->np", likely, features)
        gradient = means.sum(axis=0) - observed + RIDGE * weights
        spread = (features * np.sqrt(likely)[..., None]).reshape(-1, len(weights))
        weights = weights - np.linalg.solve(
            spread.T @ spread - means.T @ means + RIDGE * np.eye(len(weights)), gradient
        )
    return weights


def _feature(scores: np.ndarray, floor: float | None) -> np.ndarray:
    return scores if floor is None else np.log(np.maximum(scores, 0.0) + np.float32(floor))


def _floor(scores: list[np.ndarray]) -> float:
    high = np.concatenate([np.quantile(of_fold, FLOOR_QUANTILE, axis=1) for of_fold in scores])
    return 0.5 * max(float(np.median(high)), 0.0) + 1e-12


def _choices(fold: Fold, scores: Mapping[str, np.ndarray], floors: Mapping[str, float]) -> Choices:
    features = np.stack([_feature(scores[name], floors.get(name)) for name in PARTS], axis=-1)
    spread = features.std(axis=(0, 1))
    rough = (features / np.where(spread > 0, spread, np.inf)).sum(axis=-1)
    rough[fold.given.rows, fold.given.items] = -np.inf
    count = min(CANDIDATES, rough.shape[1])
    candidates = np.argpartition(-rough, count - 1, axis=1)[:, :count]
    hits = candidates == fold.targets[:, None]
    chosen = np.where(hits.any(axis=1), hits.argmax(axis=1), -1)
    return Choices(np.take_along_axis(features, candidates[..., None], axis=1).astype(np.float32), chosen)
