"""The pipeline from end to end: one reading of the plays, from which each algorithm trains and is published.

The algorithms go one after another, the quick ones first. One that has nothing to train on is left out with the
reason; one that fails is recorded as a failed run, and the exception goes on. Models in use stay until a new one is
published in their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recommender import interactions, online
from recommender.algorithms.als import Als
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.content import Content
from recommender.algorithms.popularity import Popularity
from recommender.interactions import Interactions
from recommender.models import ModelRun
from recommender.pipeline.lock import training_lock
from recommender.pipeline.prepare import prepare


@dataclass
class Report:
    """The runs that were published, and why each algorithm that has none was left out."""

    runs: list[ModelRun] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


def _popularity(read: Interactions) -> ModelRun:
    run = Popularity.train(read)
    # The shelves of the cold start are this model's; they stand until the next one.
    online.refresh_cold()
    return run


def _content(read: Interactions) -> ModelRun:
    return Content.train()


def _als(read: Interactions) -> ModelRun:
    return Als.train(prepare(read))


ALGORITHMS = {
    ModelRun.Algorithm.POPULARITY.value: _popularity,
    ModelRun.Algorithm.CONTENT.value: _content,
    ModelRun.Algorithm.ALS.value: _als,
}


def train(algorithms: Sequence[str] = tuple(ALGORITHMS)) -> Report:
    """Train and publish these; raises TrainingInProgress where another training is not done yet."""
    report = Report()
    if not algorithms:
        return report
    with training_lock():
        read = interactions.read()
        for algorithm in ALGORITHMS:
            if algorithm not in algorithms:
                continue
            try:
                report.runs.append(ALGORITHMS[algorithm](read))
            except NothingToTrainOn as reason:
                report.skipped[algorithm] = str(reason)
    return report
