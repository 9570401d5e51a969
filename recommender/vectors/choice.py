"""The index for a set of vectors, chosen by measuring it on them before anyone is served by it.

What a query costs is what it looks at (search_k), and a little for each tree; more trees find more by looking at as
much. So for more and more trees the smallest search_k is looked for that finds enough, until more trees make it no
cheaper. Where no setting within the limits finds enough, every vector is compared, if that is quick enough; and if not,
the setting that finds most is taken, and its figures say so: it serves only where nothing else does.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.vectors.annoy import MEASURED_FOR, AnnoyIndex, Setting, grow, planted
from recommender.vectors.base import VectorIndex, checked, description
from recommender.vectors.exact import ExactIndex
from recommender.vectors.recall import Measured, Truth

logger = logging.getLogger(__name__)

KINDS: dict[str, type[VectorIndex]] = {kind.kind: kind for kind in (AnnoyIndex, ExactIndex)}

RECALL_AT = MEASURED_FOR - 1
# What is wanted on all vectors, and what a sample of queries has to show for it: two standard errors of it lie between.
RECALL = 0.99
RECALL_OF_SAMPLE = 0.995
QUERIES = 500
# The slowest 1 % of queries may take as long.
MILLISECONDS = 2.0
TREES = (10, 25, 50, 100)
# At the last one a query takes about as long as comparing all of 100,000 vectors of 64 dimensions.
SEARCH_K = (250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
# A query's time for each tree, in vectors looked at (106,574 vectors of 64 dimensions, 10 to 100 trees).
COST_OF_A_TREE = 20


@dataclass(frozen=True)
class Limits:
    """Settings that may be tried, and the processor time that a query may take (99th percentile)."""

    trees: tuple[int, ...] = TREES
    search_k: tuple[int, ...] = SEARCH_K
    milliseconds: float = MILLISECONDS


@dataclass(frozen=True)
class Tried:
    setting: Setting
    measured: Measured

    @property
    def is_enough(self) -> bool:
        return self.measured.recall >= RECALL_OF_SAMPLE

    @property
    def cost(self) -> int:
        """By count and not by the clock, so that the same vectors have the same index on a busy machine."""
        return self.setting.search_k + COST_OF_A_TREE * self.setting.trees


def build(folder: Path, ids: np.ndarray, vectors: np.ndarray, limits: Limits | None = None) -> dict[str, float | str]:
    """Write the index chosen for vectors and ids, both as `checked` wants them, two or more; returns its figures.

    These are what `description` has of it: kind, trees and search_k (of Annoy), recall@10, query_p50_ms, query_p99_ms,
    and a `warning` where the recall or the time that is wanted is not reached.
    """
    limits = limits or Limits()
    ids, vectors = checked(ids, vectors)
    exact = ExactIndex(ids, vectors)
    places = np.sort(np.random.default_rng(0).permutation(len(ids))[:QUERIES])
    truth = Truth.of(exact, ids[places], vectors[places], RECALL_AT)
    forest = planted(vectors)
    best = _cheapest(ids, forest, truth, limits)
    index, measured = AnnoyIndex(ids, forest, best.setting), best.measured
    if not best.is_enough:
        compared = truth.measure(exact)
        if compared.percentile(99) <= limits.milliseconds:
            index, measured = exact, compared
    if index is not exact and forest.get_n_trees() != best.setting.trees:
        grow(forest, best.setting.trees)
    figures = _figures(measured, limits)
    if "warning" in figures:
        logger.warning("the index of %s vectors in %s: %s", len(ids), folder, figures["warning"])
    index.save(folder, **figures)
    described = description(folder)
    return {name: described[name] for name in ("kind", "trees", "search_k") if name in described} | figures


def finds_enough(figures: dict[str, float | str]) -> bool:
    """Whether an index of these figures, as `build` returns them, finds what is wanted on all vectors."""
    return figures[f"recall@{RECALL_AT}"] >= RECALL


def load(folder: Path) -> VectorIndex:
    return KINDS[description(folder)["kind"]].load(folder)


def _cheapest(ids: np.ndarray, forest, truth: Truth, limits: Limits) -> Tried:
    """The cheapest setting that finds enough; where none does, the one that finds most."""
    best = None
    for trees in limits.trees:
        grow(forest, trees)
        tried = _smallest_search_k(ids, forest, trees, truth, limits.search_k)
        if best is not None and not _is_better(tried, best):
            break
        best = tried
    return best


def _smallest_search_k(ids: np.ndarray, forest, trees: int, truth: Truth, budgets: tuple[int, ...]) -> Tried:
    for search_k in budgets:
        setting = Setting(trees, search_k)
        tried = Tried(setting, truth.measure(AnnoyIndex(ids, forest, setting)))
        if tried.is_enough:
            break
    return tried


def _is_better(tried: Tried, best: Tried) -> bool:
    if tried.is_enough and best.is_enough:
        return tried.cost < best.cost
    return tried.measured.recall > best.measured.recall


def _figures(measured: Measured, limits: Limits) -> dict[str, float | str]:
    recall, slow = measured.recall, measured.percentile(99)
    figures = {
        f"recall@{RECALL_AT}": round(recall, 4),
        "query_p50_ms": round(measured.percentile(50), 3),
        "query_p99_ms": round(slow, 3),
    }
    problems = []
    if recall < RECALL:
        problems.append(f"recall@{RECALL_AT} is {recall:.3f}, and {RECALL} is wanted")
    if slow > limits.milliseconds:
        problems.append(f"1 % of queries take {slow:.1f} ms or more, and {limits.milliseconds:g} is wanted")
    return figures | ({"warning": "; ".join(problems)} if problems else {})
