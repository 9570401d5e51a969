"""The configurations chosen for public data sets, by their validation parts: `manage.py evaluate --preset NAME`.

benchmarks/published.py measures them there, beside EASE and others; docs/benchmarks.md says how they were chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass

from recommender.algorithms.blend import Blend
from recommender.algorithms.graph_filter import GraphFilter
from recommender.algorithms.implicit_als import ImplicitAls
from recommender.algorithms.next_item import NextItem
from recommender.algorithms.reranked import Reranked
from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories, joined


@dataclass(frozen=True)
class Preset:
    """`fit` makes the model; `with_valid` says whether the validation part is fitted on too, as its protocol has it."""

    format: str
    fit: Callable[[Histories], Scorer]
    with_valid: bool

    def given(self, train: Histories, valid: Histories | None) -> Histories:
        """What the model is fitted on and listeners are scored from."""
        return joined(train, valid) if valid is not None and self.with_valid else train


def _gowalla(histories: Histories) -> Blend:
    """Places that the same people visit, weak ties raised, and factors with and without a word for what is common."""
    factors = {"factors": 256, "l2": 0.003, "alpha": 0.01, "iterations": 8}
    parts = {
        "tempered filter": GraphFilter.fit(histories, power=0.7, before=0.2, after=0.1),
        "linear filter": GraphFilter.fit(histories, power=1.0, before=0.5, after=0.25),
        "ials, common": ImplicitAls.fit(histories, beta=0.4, **factors),
        "ials": ImplicitAls.fit(histories, beta=0.0, **factors),
    }
    return Blend(parts, {"tempered filter": 0.1, "linear filter": 0.2, "ials, common": 0.3, "ials": 0.2})


PRESETS: dict[str, Preset] = {
    # The published figures are of models fitted on the training part alone.
    "lastfm": Preset("lightgcn", Reranked.fit, with_valid=False),
    "gowalla": Preset("lightgcn", _gowalla, with_valid=True),
    "sequences": Preset("sequences", NextItem.fit, with_valid=True),
}
